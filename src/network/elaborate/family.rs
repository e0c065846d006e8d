//! Families: the body of a clause with the arguments in place of the parameters.

use super::{Elaborated, Elaborator, FamilyEntry, Scope};
use crate::base::{Span, diagnostic};
use crate::network::error;
use crate::network::ir::{AxisId, Event, ExprId, Support};
use crate::syntax::tree::{self, Clause};

/// Parameters, bindings and clauses of a `with` clause.
type WithClause<'t> = (&'t [tree::Parameter], &'t [(tree::Name, tree::Expression)], &'t [Clause]);

/// A family with its arguments, ready to make its clauses.
pub struct Instance<'a> {
    pub(super) family: FamilyEntry<'a>,
    /// The `with` clause that names the parameters, if one does.
    with: Option<usize>,
    /// The arguments as written, with the names of their parameters.
    pub arguments: Vec<(String, ExprId)>,
    /// All names that the clauses can see.
    parameters: Vec<(String, ExprId)>,
    pub generics: Vec<(String, AxisId)>,
    /// The plates, and the axes of the event where the family is univariate.
    pub context: Vec<AxisId>,
    bound: Vec<AxisId>,
    pub span: Span,
}

impl<'a> Instance<'a> {
    pub fn name(&self) -> String {
        self.family.tree().name.text.clone()
    }

    fn clauses(&self) -> impl Iterator<Item = &Clause> {
        let of_with = self.with_clause().map_or(&[][..], |(_, _, clauses)| clauses);
        of_with.iter().chain(&self.family.tree().clauses)
    }

    fn with_clause(&self) -> Option<WithClause<'_>> {
        match self.family.tree().clauses.get(self.with?)? {
            Clause::With { parameters, bindings, clauses, .. } => {
                Some((parameters, bindings, clauses))
            }
            Clause::Function { .. }
            | Clause::Draw { .. }
            | Clause::Moment { .. }
            | Clause::Example { .. } => None,
        }
    }

    /// The parameters that were given: those of the `with` clause, or the family's own.
    pub(super) fn given_parameters(&self) -> &[tree::Parameter] {
        self.with_clause().map_or(&self.family.tree().parameters, |(parameters, _, _)| parameters)
    }

    pub(super) fn function(&self, name: &str) -> Option<(String, tree::Expression)> {
        self.clauses().find_map(|clause| match clause {
            Clause::Function { name: n, argument, body } if n.text == name => {
                Some((argument.text.clone(), body.clone()))
            }
            Clause::Function { .. }
            | Clause::Draw { .. }
            | Clause::Moment { .. }
            | Clause::With { .. }
            | Clause::Example { .. } => None,
        })
    }

    pub(super) fn moment(&self, name: &str) -> Option<tree::Expression> {
        self.clauses().find_map(|clause| match clause {
            Clause::Moment { name: n, body } if n.text == name => Some(body.clone()),
            Clause::Function { .. }
            | Clause::Draw { .. }
            | Clause::Moment { .. }
            | Clause::With { .. }
            | Clause::Example { .. } => None,
        })
    }

    pub(super) fn draw_clause(&self) -> Option<(Vec<tree::Noise>, tree::Expression)> {
        self.clauses().find_map(|clause| match clause {
            Clause::Draw { noises, body, .. } => Some((noises.clone(), body.clone())),
            Clause::Function { .. }
            | Clause::Moment { .. }
            | Clause::With { .. }
            | Clause::Example { .. } => None,
        })
    }

    /// Whether a `with` clause names the parameters.
    pub fn renamed(&self) -> bool {
        self.with.is_some()
    }

    /// The joint constraint on its values.
    pub fn event(&self) -> Event {
        Event::named(&self.family.tree().over.name.text).unwrap_or(Event::Free)
    }

    /// Whether one value has axes of its own.
    pub fn multivariate(&self) -> bool {
        !self.family.tree().over.axes.is_empty()
    }

    pub(super) fn scope(&self, argument: Option<(String, ExprId)>) -> Scope {
        let base =
            Scope { context: self.context.clone(), bound: self.bound.clone(), ..Scope::default() };
        let parameters = self.parameters.iter().cloned().chain(argument).collect();
        base.body(parameters, self.generics.clone())
    }
}

impl<'a> Elaborator<'a> {
    /// The family `name` with its arguments, for a value whose event has the axes `event`.
    pub(super) fn instance(
        &mut self,
        name: &tree::Name,
        arguments: &[tree::Argument],
        event: &[AxisId],
        span: Span,
        scope: &Scope,
    ) -> Elaborated<Instance<'a>> {
        let Some(family) = self.family(&name.text) else {
            let names = self.family_names();
            let near = diagnostic::nearest(&name.text, names.iter().map(String::as_str))
                .map(str::to_owned);
            return self.report(error::unknown_family(&name.text, name.span, near.as_deref()));
        };
        let with = self.naming(family.tree(), arguments, span)?;
        let mut context = scope.context.clone();
        if family.tree().over.axes.is_empty() {
            context.extend(event.iter().copied().filter(|a| !scope.context.contains(a)));
        }
        let mut instance = Instance {
            with,
            arguments: Vec::new(),
            parameters: Vec::new(),
            generics: Vec::new(),
            context,
            bound: scope.bound.clone(),
            span,
            family,
        };
        let parameters = instance.given_parameters().to_vec();
        let names: Vec<String> = parameters.iter().map(|p| p.name.text.clone()).collect();
        let ordered = self.match_arguments(&name.text, &names, arguments, span)?;
        let mut values = Vec::new();
        for argument in ordered {
            values.push(self.expression(&argument.value, scope)?);
        }
        let typed = self.types_of(&instance, &parameters);
        let inner = Scope { context: instance.context.clone(), ..scope.clone() };
        instance.generics = self.bind_generics(&name.text, &typed, &values, &inner, span)?;
        self.bind_event(&mut instance, event, span)?;
        self.repeat_scalars(&instance, &typed, &mut values, &inner);
        instance.arguments = names.into_iter().zip(values).collect();
        instance.parameters = instance.arguments.clone();
        self.bind_own_parameters(&mut instance)?;
        Ok(instance)
    }

    /// Which parameterisation the arguments fit: the family's own or that of a `with` clause.
    fn naming(
        &mut self,
        family: &tree::Family,
        arguments: &[tree::Argument],
        span: Span,
    ) -> Elaborated<Option<usize>> {
        let given: Vec<&str> =
            arguments.iter().filter_map(|a| a.name.as_ref().map(|n| n.text.as_str())).collect();
        let fits = |parameters: &[tree::Parameter]| {
            parameters.len() == arguments.len()
                && given.iter().all(|g| parameters.iter().any(|p| p.name.text == *g))
        };
        if fits(&family.parameters) {
            return Ok(None);
        }
        let mut namings = vec![names_of(&family.parameters)];
        for (i, clause) in family.clauses.iter().enumerate() {
            if let Clause::With { parameters, .. } = clause {
                if fits(parameters) {
                    return Ok(Some(i));
                }
                namings.push(names_of(parameters));
            }
        }
        if namings.len() == 1 || given.is_empty() {
            return Ok(None);
        }
        let given: Vec<String> = given.into_iter().map(str::to_owned).collect();
        self.report(error::no_naming(&family.name.text, &given, &namings, span))
    }

    /// The parameters with types; a parameter of a `with` clause without one has the type of the
    /// family's parameter of the same name.
    fn types_of(
        &self,
        instance: &Instance<'a>,
        parameters: &[tree::Parameter],
    ) -> Vec<tree::Parameter> {
        let declared = &instance.family.tree().parameters;
        let known =
            |name: &str| declared.iter().find(|p| p.name.text == name).and_then(|p| p.ty.clone());
        parameters
            .iter()
            .map(|p| tree::Parameter {
                name: p.name.clone(),
                ty: p.ty.clone().or_else(|| known(&p.name.text)),
            })
            .collect()
    }

    /// Identifies an axis of the event with an axis of the family.
    fn bind_event(
        &mut self,
        instance: &mut Instance<'a>,
        event: &[AxisId],
        span: Span,
    ) -> Elaborated<()> {
        let names = self.generic_axes(&instance.family.tree().over);
        for (name, &axis) in names.iter().zip(event) {
            match instance.generics.iter().find(|(n, _)| n == name) {
                None => instance.generics.push((name.clone(), axis)),
                Some((_, other))
                    if self.network.plate_of(*other) == self.network.plate_of(axis) => {}
                Some((_, other)) => {
                    let plates = [axis, *other]
                        .map(|a| self.network.plates[self.network.plate_of(a)].name.clone());
                    return self
                        .report(error::axes_differ(&plates[0], &plates[1], span, span, span));
                }
            }
        }
        let missing = instance
            .family
            .tree()
            .axes
            .iter()
            .find(|a| !instance.generics.iter().any(|(n, _)| *n == a.text));
        match missing {
            None => Ok(()),
            Some(axis) => {
                let axis = axis.text.clone();
                self.report(error::axis_not_inferred(&axis, &instance.name(), span))
            }
        }
    }

    /// A scalar given for a vector is repeated.
    fn repeat_scalars(
        &mut self,
        instance: &Instance<'a>,
        typed: &[tree::Parameter],
        values: &mut [ExprId],
        scope: &Scope,
    ) {
        for (parameter, value) in typed.iter().zip(values) {
            let Some(ty) = &parameter.ty else { continue };
            let names = self.generic_axes(ty);
            let [name] = names.as_slice() else { continue };
            let Some((_, axis)) = instance.generics.iter().find(|(n, _)| n == name) else {
                continue;
            };
            if self.event_axes(*value, scope).is_empty() {
                let span = self.span(*value);
                *value = self.push_list(*axis, vec![*value], span);
            }
        }
    }

    /// The family's own parameters in terms of those of the `with` clause.
    fn bind_own_parameters(&mut self, instance: &mut Instance<'a>) -> Elaborated<()> {
        let Some((_, bindings, _)) = instance.with_clause() else { return Ok(()) };
        let bindings = bindings.to_vec();
        let mut bound = Vec::new();
        let scope = instance.scope(None);
        for (name, body) in &bindings {
            bound.push((name.text.clone(), self.expression(body, &scope)?));
        }
        // The clauses see both parameterisations; for a name in both, the family's own meaning
        // counts.
        instance.parameters.extend(bound);
        Ok(())
    }

    /// The clause `name` at `value`, if the family has it.
    pub(super) fn clause_at(
        &mut self,
        instance: &Instance<'a>,
        name: &str,
        value: ExprId,
    ) -> Elaborated<Option<ExprId>> {
        let Some((argument, body)) = instance.function(name) else { return Ok(None) };
        let scope = instance.scope(Some((argument, value)));
        self.expression(&body, &scope).map(Some)
    }

    pub(super) fn moment_of(
        &mut self,
        instance: &Instance<'a>,
        name: &str,
    ) -> Elaborated<Option<ExprId>> {
        let Some(body) = instance.moment(name) else { return Ok(None) };
        let scope = instance.scope(None);
        self.expression(&body, &scope).map(Some)
    }

    /// The support of the values of the family.
    pub(super) fn support_of(&mut self, instance: &Instance<'a>) -> Elaborated<Support> {
        let over = instance.family.tree().over.clone();
        let scope = instance.scope(None);
        if let Some((_, axis)) = instance.generics.iter().find(|(name, _)| *name == over.name.text)
        {
            return Ok(Support::Index(self.network.plate_of(*axis)));
        }
        let scalar = tree::Type { axes: Vec::new(), name: scalar_name(&over), ..over };
        Ok(self.declared_type(&scalar, &[], &scope)?.support)
    }

    /// A family is checked where it is declared, with parameters that may have any value; the
    /// expressions made for that are discarded.
    pub(super) fn check_family(&mut self, family: &'a tree::Family) {
        let kept = self.network.clone();
        let trees = self.plate_trees.len();
        let _reported = self.check_family_clauses(family);
        self.network = kept;
        self.plate_trees.truncate(trees);
    }

    fn check_family_clauses(&mut self, family: &'a tree::Family) -> Elaborated<()> {
        let mut generics = Vec::new();
        let mut parameters = Vec::new();
        for parameter in &family.parameters {
            parameters
                .push((parameter.name.text.clone(), self.stand_in(parameter, &mut generics)?));
        }
        let value = tree::Parameter { name: family.name.clone(), ty: Some(family.over.clone()) };
        let value = self.stand_in(&value, &mut generics)?;
        if let Some(axis) =
            family.axes.iter().find(|axis| !generics.iter().any(|(name, _)| *name == axis.text))
        {
            return self.report(error::axis_not_inferred(&axis.text, &family.name.text, axis.span));
        }
        let instance = Instance {
            family: FamilyEntry::Written(family),
            with: None,
            arguments: parameters.clone(),
            parameters,
            generics,
            context: Vec::new(),
            bound: Vec::new(),
            span: family.span,
        };
        if instance.function("log_density").is_none() {
            return self.report(error::missing_log_density(&family.name.text, family.name.span));
        }
        self.support_of(&instance)?;
        for name in ["log_density", "cdf", "log_cdf", "log_ccdf", "quantile", "log_density_of_sum"]
        {
            self.clause_at(&instance, name, value)?;
        }
        for name in ["mean", "variance"] {
            self.moment_of(&instance, name)?;
        }
        self.draw_of(&instance)?;
        Ok(())
    }
}

fn names_of(parameters: &[tree::Parameter]) -> String {
    let names: Vec<&str> = parameters.iter().map(|p| p.name.text.as_str()).collect();
    format!("({})", names.join(", "))
}

/// The type of one element of an event type.
fn scalar_name(over: &tree::Type) -> tree::Name {
    let text = match Event::named(&over.name.text) {
        None => over.name.text.clone(),
        Some(Event::Simplex) => "unit".to_owned(),
        Some(_) => "real".to_owned(),
    };
    tree::Name { text, span: over.name.span }
}
