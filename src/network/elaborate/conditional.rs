//! What follows `~`: families, choices between them, `Given()`.

use super::combinator::Distribution;
use super::family::Instance;
use super::types::Declared;
use super::{Elaborated, Elaborator, Local, Scope};
use crate::base::Span;
use crate::network::error;
use crate::network::ir::{
    Application, Bounds, Conditional, Event, ExprId, Role, Support, VariableId,
};
use crate::syntax::tree::{self, ExpressionKind};

impl<'a> Elaborator<'a> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    pub(super) fn conditional(
        &mut self,
        variable: VariableId,
        tree: &tree::Expression,
        declared: Option<&Declared>,
        scope: &Scope,
    ) -> Elaborated<Conditional> {
        match &tree.kind {
            ExpressionKind::If(condition, then, otherwise) => {
                let condition = self.condition(condition, scope)?;
                self.check_fits(variable, condition)?;
                let mut then = Box::new(self.conditional(variable, then, declared, scope)?);
                let first = self.network.variables[variable].support.clone();
                let mut otherwise =
                    Box::new(self.conditional(variable, otherwise, declared, scope)?);
                if then.applications().is_empty() || otherwise.applications().is_empty() {
                    if otherwise.applications().is_empty() {
                        self.network.variables[variable].support = first;
                    }
                } else {
                    self.join(variable, condition, (&mut then, first), &mut otherwise, tree.span)?;
                }
                Ok(Conditional::If { condition, then, otherwise })
            }
            ExpressionKind::Where(body, bindings) => {
                let mut inner = scope.clone();
                for (name, value) in bindings {
                    let value = self.expression(value, &inner)?;
                    inner.locals.push((name.text.clone(), Local::Value(value)));
                }
                self.conditional(variable, body, declared, &inner)
            }
            ExpressionKind::Call(name, arguments)
                if name.text == "Given" && arguments.is_empty() =>
            {
                Ok(Conditional::Given(tree.span))
            }
            ExpressionKind::Call(..) => {
                let application = self.application(variable, tree, declared, scope)?;
                Ok(Conditional::Family(Box::new(application)))
            }
            _ => self.report(error::not_a_distribution(tree.span)),
        }
    }

    /// The support of a variable with two branches. For an observed variable it contains both, and
    /// each branch has its own condition; for an unknown, each element has that of its branch.
    fn join(
        &mut self,
        variable: VariableId,
        condition: ExprId,
        (then, first): (&mut Conditional, Support),
        otherwise: &mut Conditional,
        span: Span,
    ) -> Elaborated<()> {
        let second = self.network.variables[variable].support.clone();
        let joint = match self.network.variables[variable].role {
            Role::Observe => self.wider(&first, &second, span),
            Role::Param | Role::Latent | Role::Input | Role::Let | Role::Report => {
                self.by_branch(condition, &first, &second, span)
            }
        };
        let Some(joint) = joint else {
            let name = self.network.variables[variable].name.clone();
            let over = [&first, &second].map(|support| self.support_name(support));
            return self.report(error::branches_differ(&name, &over, span));
        };
        self.network.variables[variable].support = joint.clone();
        for (branch, own) in [(then, &first), (otherwise, &second)] {
            self.ask_for_own(variable, branch, own, &joint, span);
        }
        Ok(())
    }

    /// Bounds that depend on the branch; none where only one branch has a bound.
    fn by_branch(
        &mut self,
        condition: ExprId,
        first: &Support,
        second: &Support,
        span: Span,
    ) -> Option<Support> {
        let mut chosen = |a: Option<ExprId>, b: Option<ExprId>| match (a, b) {
            (Some(a), Some(b)) if self.same(a, b) => Some(Some(a)),
            (Some(a), Some(b)) => Some(Some(self.choose(condition, a, b, span))),
            (None, None) => Some(None),
            (None, Some(_)) | (Some(_), None) => None,
        };
        match (first, second) {
            (Support::Real(a), Support::Real(b)) => Some(Support::Real(Bounds {
                lower: chosen(a.lower, b.lower)?,
                upper: chosen(a.upper, b.upper)?,
            })),
            (Support::Integer(a), Support::Integer(b)) => Some(Support::Integer(Bounds {
                lower: chosen(a.lower, b.lower)?,
                upper: chosen(a.upper, b.upper)?,
            })),
            (Support::Real(_) | Support::Integer(_) | Support::Bool | Support::Index(_), _) => {
                (first == second).then(|| first.clone())
            }
        }
    }

    /// Numbers that bound a branch, but not the variable as a whole, become a condition at each
    /// element of the branch.
    fn ask_for_own(
        &mut self,
        variable: VariableId,
        branch: &mut Conditional,
        branch_support: &Support,
        joint: &Support,
        span: Span,
    ) {
        let (
            Support::Real(of_branch) | Support::Integer(of_branch),
            Support::Real(joint) | Support::Integer(joint),
        ) = (branch_support, joint)
        else {
            return;
        };
        let new = |this: &Self, of_branch: Option<ExprId>, joint: Option<ExprId>| {
            of_branch.filter(|&bound| {
                this.constant(bound).is_some()
                    && !joint.is_some_and(|joint| this.same(bound, joint))
            })
        };
        let bounds = Bounds {
            lower: new(self, of_branch.lower, joint.lower),
            upper: new(self, of_branch.upper, joint.upper),
        };
        if bounds == Bounds::default() || self.network.variables[variable].role != Role::Observe {
            return;
        }
        let value = self.own_element(variable);
        let requirements = self.bounds_of_value(&Support::Real(bounds), value, span);
        branch.require(&requirements);
    }

    fn application(
        &mut self,
        variable: VariableId,
        tree: &tree::Expression,
        declared: Option<&Declared>,
        scope: &Scope,
    ) -> Elaborated<Application> {
        let entry = &self.network.variables[variable];
        let event = entry.axes[entry.plates..].to_vec();
        let span = tree.span;
        let scope = &self.list_scope(tree, declared, scope);
        let of = self.distribution(tree, &event, scope)?;
        self.check_families(variable, &of, declared)?;
        for number in of.numbers() {
            self.check_fits(variable, number)?;
        }
        self.check_role(variable, &of)?;
        let narrower = self.settle_support(variable, &of, declared)?;
        let value = self.own_element(variable);
        let log_density = self.log_density_at(&of, value, span)?;
        self.check_fits(variable, log_density)?;
        let mut requirements = self.requirements_of(&of)?;
        requirements.extend(self.value_requirements(variable, &of.support, value, span));
        let (log_normaliser, draw) = match narrower {
            None => (None, self.draw_from(&of)?),
            Some((bounds, span)) => (
                Some(self.log_probability(&of, bounds, span)?),
                self.truncated_draw(&of, bounds, span)?,
            ),
        };
        Ok(Application {
            draw,
            mean: self.moment_at(&of, "mean")?,
            log_of_sum: match of.family() {
                Some(instance) => self.log_of_sum(variable, instance)?,
                None => None,
            },
            event: of.family().map_or(Event::Free, Instance::event),
            multivariate: of.multivariate(),
            mixed: of.censored().is_some() || of.has_atom(),
            family: of.name,
            arguments: of.arguments,
            support: of.support,
            log_density,
            log_normaliser,
            requirements,
            span,
        })
    }

    /// Each family in a distribution must fit the axes of the variable.
    fn check_families(
        &mut self,
        variable: VariableId,
        of: &Distribution<'a>,
        declared: Option<&Declared>,
    ) -> Elaborated<()> {
        for instance in of.families() {
            self.check_event(variable, instance, declared)?;
            // A family that stands for all parts of a mixture varies over the mixture's axis, over
            // which the density of the mixture does not vary.
            let axes = &self.network.variables[variable].axes;
            if instance.multivariate() || instance.context.iter().any(|axis| !axes.contains(axis)) {
                continue;
            }
            for (_, value) in instance.arguments.clone() {
                if !self.uses_own_axes(instance, value) {
                    self.check_fits(variable, value)?;
                }
            }
        }
        Ok(())
    }

    /// A variable that is censored, or that has a point mass among continuous values, cannot be
    /// unknown.
    fn check_role(&mut self, variable: VariableId, of: &Distribution<'a>) -> Elaborated<()> {
        let entry = &self.network.variables[variable];
        if entry.role == Role::Observe {
            return Ok(());
        }
        let name = entry.name.clone();
        if let Some(span) = of.censored() {
            return self.report(error::censored_unknown(&name, span));
        }
        if of.has_atom() {
            return self.report(error::unknown_with_zeros(&name, &of.name, of.span));
        }
        Ok(())
    }

    /// Where the value is an index, a list has an element for each of its values: the elements of
    /// the declared plate, or else as many as are listed.
    fn list_scope(
        &mut self,
        tree: &tree::Expression,
        declared: Option<&Declared>,
        scope: &Scope,
    ) -> Scope {
        let ExpressionKind::Call(name, arguments) = &tree.kind else { return scope.clone() };
        let over_index = self
            .family(&name.text)
            .is_some_and(|f| f.tree().axes.iter().any(|a| a.text == f.tree().over.name.text));
        let listed = arguments.iter().find_map(|a| listed(&a.value));
        let (true, Some(listed)) = (over_index, listed) else { return scope.clone() };
        let plate = match declared.map(|d| &d.support) {
            Some(Support::Index(plate)) => *plate,
            Some(Support::Real(_) | Support::Integer(_) | Support::Bool) | None => {
                self.numbered_plate(u32::try_from(listed).unwrap_or(u32::MAX), name.span)
            }
        };
        let axis = self.axis(plate, 0);
        scope.expecting(vec![axis])
    }

    /// A family over a whole event requires a variable that has such an event.
    fn check_event(
        &mut self,
        variable: VariableId,
        instance: &Instance<'a>,
        declared: Option<&Declared>,
    ) -> Elaborated<()> {
        if !instance.multivariate() {
            return Ok(());
        }
        let over = instance.family.tree().over.clone();
        let entry = &self.network.variables[variable];
        let (name, span, axes) = (entry.name.clone(), entry.span, entry.axes.len() - entry.plates);
        let text = self.sources.slice(over.span).to_owned();
        let Some(declared) = declared.filter(|_| axes == self.generic_axes(&over).len()) else {
            return self.report(error::needs_type(&name, &instance.name(), &text, span));
        };
        // A family over any vector is conditioned on the type; one over simplexes has no density
        // for other vectors.
        if instance.event() == Event::Free || instance.event() == declared.event {
            return Ok(());
        }
        let written = self.sources.slice(declared.span).to_owned();
        self.report(error::kind_mismatch(
            &name,
            &written,
            &instance.name(),
            &text,
            declared.span,
            instance.span,
        ))
    }

    /// Whether an argument has axes that the family is generic over; the family itself consumes
    /// those.
    fn uses_own_axes(&self, instance: &Instance<'a>, value: ExprId) -> bool {
        let plates: Vec<_> =
            instance.generics.iter().map(|(_, axis)| self.network.plate_of(*axis)).collect();
        self.network.expressions[value]
            .axes
            .iter()
            .any(|&a| plates.contains(&self.network.plate_of(a)))
    }

    /// The support of the variable from its type and family; the bounds of the type where they
    /// truncate, with their location.
    fn settle_support(
        &mut self,
        variable: VariableId,
        of: &Distribution<'a>,
        declared: Option<&Declared>,
    ) -> Elaborated<Option<(Bounds, Span)>> {
        let support = &of.support;
        let Some(declared) = declared else {
            self.network.variables[variable].support = support.clone();
            return Ok(None);
        };
        self.check_kinds(variable, of, declared)?;
        if !declared.event.has_coordinate_per_element() {
            // The constraint on the event keeps its elements within bounds: these truncate nothing.
            return Ok(None);
        }
        let (
            Support::Real(own) | Support::Integer(own),
            Support::Real(asked) | Support::Integer(asked),
        ) = (support, &declared.support)
        else {
            self.network.variables[variable].support = support.clone();
            return Ok(None);
        };
        let (own, asked) = (*own, *asked);
        let narrower = Bounds {
            lower: self.narrower(own.lower, asked.lower, true),
            upper: self.narrower(own.upper, asked.upper, false),
        };
        let bounds = self.tightened(own, narrower, declared.span);
        self.network.variables[variable].support = match support {
            Support::Integer(_) => Support::Integer(bounds),
            Support::Real(_) | Support::Bool | Support::Index(_) => Support::Real(bounds),
        };
        if narrower == Bounds::default() {
            return Ok(None);
        }
        if self.network.variables[variable].role == Role::Observe {
            let name = self.network.variables[variable].name.clone();
            return self.report(error::narrower_observation(&name, &of.name, declared.span));
        }
        Ok(Some((narrower, declared.span)))
    }

    fn check_kinds(
        &mut self,
        variable: VariableId,
        of: &Distribution<'a>,
        declared: &Declared,
    ) -> Elaborated<()> {
        let support = &of.support;
        let discrete = |s: &Support| !matches!(s, Support::Real(_));
        if of.multivariate() && declared.event == Event::Free {
            // A vector of whole numbers is a vector, too.
            return Ok(());
        }
        let fits = match (support, &declared.support) {
            (Support::Index(a), Support::Index(b)) => a == b,
            (Support::Index(_), _) | (_, Support::Index(_)) => false,
            (Support::Real(_) | Support::Integer(_) | Support::Bool, other) => {
                discrete(support) == discrete(other)
            }
        };
        if fits {
            return Ok(());
        }
        let name = self.network.variables[variable].name.clone();
        let text = self.sources.slice(declared.span).to_owned();
        let over = self.support_name(support);
        self.report(error::kind_mismatch(&name, &text, &of.name, &over, declared.span, of.span))
    }
}

/// How many elements a list, or a choice between lists, has.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
)]
fn listed(tree: &tree::Expression) -> Option<usize> {
    match &tree.kind {
        ExpressionKind::List(elements) => Some(elements.len()),
        ExpressionKind::If(_, then, otherwise) => listed(then).or_else(|| listed(otherwise)),
        _ => None,
    }
}
