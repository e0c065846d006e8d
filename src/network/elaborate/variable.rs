//! Variables: first their axes, so that names can be resolved in any order, then their definitions.

use super::types::Declared;
use super::{Elaborated, Elaborator, Item, Reported, Scope, State};
use crate::base::Span;
use crate::network::error;
use crate::network::ir::{
    AxisId, Bounds, Definition, Event, ExprId, ExprKind, Factor, Role, Scalar, Support, VariableId,
};
use crate::syntax::tree;

/// The names of binders with their axes.
type Binders = Vec<(String, AxisId)>;

impl<'a> Elaborator<'a> {
    /// Elaborates everything that is declared.
    pub fn define_all(&mut self, trees: &'a [tree::Tree]) {
        for variable in self.network.variables.ids() {
            let _reported = self.define(variable);
        }
        for declaration in trees.iter().flat_map(|tree| &tree.declarations) {
            match declaration {
                tree::Declaration::Factor(factor) => {
                    let _reported = self.define_factor(factor);
                }
                tree::Declaration::Function(function) => self.check_function(function),
                tree::Declaration::Family(family) => self.check_family(family),
                tree::Declaration::Plate(_)
                | tree::Declaration::Variable(_)
                | tree::Declaration::Import(_) => {}
            }
        }
    }

    /// The axes of the variable, and its definition if they follow from it.
    pub(super) fn signature(&mut self, variable: VariableId) -> Elaborated<()> {
        let item = self.items[variable];
        match item.state {
            State::Done => Ok(()),
            State::Failed => Err(Reported),
            State::Working => Ok(()),
            State::Waiting => self.define(variable),
        }
    }

    /// Elaborates a variable, once.
    pub(super) fn define(&mut self, variable: VariableId) -> Elaborated<()> {
        let item = self.items[variable];
        match item.state {
            State::Done | State::Working => return Ok(()),
            State::Failed => return Err(Reported),
            State::Waiting => {}
        }
        self.items[variable].state = State::Working;
        let result = self.define_now(variable, item);
        self.items[variable].state = if result.is_ok() { State::Done } else { State::Failed };
        result
    }

    fn define_now(&mut self, variable: VariableId, item: Item<'a>) -> Elaborated<()> {
        let tree = item.tree;
        let declarator = &tree.items[item.declarator];
        let (plates, binders) = self.plates_of(declarator)?;
        // Axes and kind come before the bounds and the definition, which may refer to earlier
        // elements of the variable itself.
        let axes = match &tree.ty {
            Some(ty) => self.type_axes(ty, &plates)?,
            None => Vec::new(),
        };
        let entry = &mut self.network.variables[variable];
        entry.plates = plates.len();
        entry.axes = [plates.clone(), axes].concat();
        let scope = Scope::declaration(plates.clone(), binders);
        self.provisional_support(variable, tree);
        let declared = match &tree.ty {
            Some(ty) => Some(self.declared_type(ty, &plates, &scope)?),
            None => None,
        };
        if let Some(declared) = &declared {
            let entry = &mut self.network.variables[variable];
            entry.support = declared.support.clone();
            entry.event = declared.event;
        }
        let scope = scope.expecting(self.list_axes(variable));
        match tree.role {
            Role::Input => self.define_input(variable, tree, &scope),
            Role::Param | Role::Latent | Role::Observe => {
                self.define_random(variable, tree, declared.as_ref(), &scope)
            }
            Role::Let | Role::Report => self.define_let(variable, tree, declared.as_ref(), &scope),
        }
    }

    /// The plates left of the colon as axes, with the names of their binders.
    pub(super) fn plates_of(
        &mut self,
        declarator: &tree::Declarator,
    ) -> Elaborated<(Vec<AxisId>, Binders)> {
        let mut axes: Vec<AxisId> = Vec::new();
        let mut binders = Vec::new();
        for binder in &declarator.plates {
            let plate = self.plate_named(&binder.plate)?;
            let occurrence = axes.iter().filter(|&&a| self.network.plate_of(a) == plate).count();
            let axis = self.axis(plate, u32::try_from(occurrence).unwrap_or(u32::MAX));
            axes.push(axis);
            if let Some(index) = &binder.index {
                binders.push((index.text.clone(), axis));
            }
        }
        Ok((axes, binders))
    }

    /// The kind implied by the name of the family, for references to the variable while it is being
    /// elaborated.
    fn provisional_support(&mut self, variable: VariableId, tree: &tree::Variable) {
        let Some(distribution) = &tree.distribution else { return };
        if let Some(support) = self.support_by_name(distribution) {
            self.network.variables[variable].support = support;
        }
    }

    /// The axes that a list takes in this declaration: those of its event, otherwise its plates.
    fn list_axes(&self, variable: VariableId) -> Vec<AxisId> {
        let entry = &self.network.variables[variable];
        let (plates, event) = entry.axes.split_at(entry.plates);
        if event.is_empty() { plates.to_vec() } else { event.to_vec() }
    }

    fn define_input(
        &mut self,
        variable: VariableId,
        tree: &tree::Variable,
        scope: &Scope,
    ) -> Elaborated<()> {
        let default = match &tree.value {
            Some(value) => Some(self.fitting(variable, value, scope)?),
            None => None,
        };
        let column = tree.column.as_ref().map(|c| c.text.clone());
        self.network.variables[variable].definition = Definition::Input { column, default };
        Ok(())
    }

    fn define_random(
        &mut self,
        variable: VariableId,
        tree: &tree::Variable,
        declared: Option<&Declared>,
        scope: &Scope,
    ) -> Elaborated<()> {
        let value = match &tree.value {
            Some(value) if tree.role == Role::Observe => {
                Some(self.fitting(variable, value, scope)?)
            }
            Some(_) | None => None,
        };
        let conditional = match &tree.distribution {
            Some(distribution) => {
                Some(self.conditional(variable, distribution, declared, scope)?)
            }
            None => None,
        };
        let column = tree.column.as_ref().map(|c| c.text.clone());
        self.network.variables[variable].definition = match (tree.role, conditional) {
            (Role::Observe, Some(conditional)) => {
                Definition::Observed { column, value, conditional }
            }
            (_, conditional) => Definition::Random(conditional),
        };
        Ok(())
    }

    fn define_let(
        &mut self,
        variable: VariableId,
        tree: &tree::Variable,
        declared: Option<&Declared>,
        scope: &Scope,
    ) -> Elaborated<()> {
        let Some(value) = &tree.value else { return Err(Reported) };
        let expression = if declared.is_some_and(|d| !d.axes.is_empty()) {
            self.fitting(variable, value, scope)?
        } else {
            let expression = self.expression(value, scope)?;
            let leftover = self.event_axes(expression, scope);
            self.network.variables[variable].axes.extend(leftover);
            expression
        };
        if declared.is_none() {
            self.network.variables[variable].support = self.support_of_kind(expression);
        }
        self.network.variables[variable].definition = Definition::Deterministic(expression);
        Ok(())
    }

    pub(super) fn support_of_kind(&self, expression: ExprId) -> Support {
        match self.scalar(expression) {
            Scalar::Real => Support::Real(Bounds::default()),
            Scalar::Integer => Support::Integer(Bounds::default()),
            Scalar::Bool => Support::Bool,
            Scalar::Index(plate) => Support::Index(plate),
        }
    }

    /// An expression all of whose axes are the variable's; a scalar is repeated.
    pub(super) fn fitting(
        &mut self,
        variable: VariableId,
        tree: &tree::Expression,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let expression = self.expression(tree, scope)?;
        self.check_fits(variable, expression)?;
        Ok(expression)
    }

    /// Reports the first axis of `expression` that the variable lacks.
    pub(super) fn check_fits(
        &mut self,
        variable: VariableId,
        expression: ExprId,
    ) -> Elaborated<()> {
        let entry = &self.network.variables[variable];
        let axes = &self.network.expressions[expression].axes;
        let Some(&extra) = axes.iter().find(|a| !entry.axes.contains(a)) else { return Ok(()) };
        let (name, declared) = (entry.name.clone(), entry.span);
        let leftover = self.network.plates[self.network.plate_of(extra)].name.clone();
        let span = self.span(expression);
        self.report(error::leftover_axes(
            &name,
            &leftover,
            span,
            declared,
            entry.axes.len() > entry.plates,
        ))
    }

    fn define_factor(&mut self, factor: &'a tree::Factor) -> Elaborated<()> {
        let (axes, binders) = self.plates_of(&factor.item)?;
        let scope = Scope::declaration(axes.clone(), binders);
        let term = self.expression(&factor.body, &scope)?;
        if let Some(&extra) = self.event_axes(term, &scope).first() {
            let leftover = self.network.plates[self.network.plate_of(extra)].name.clone();
            return self.report(error::leftover_axes(
                &factor.item.name.text,
                &leftover,
                factor.body.span,
                factor.item.name.span,
                false,
            ));
        }
        self.network.factors.push(Factor {
            name: factor.item.name.text.clone(),
            axes,
            term,
            span: factor.item.name.span,
        });
        Ok(())
    }

    /// The variable's own element: at the positions of its axes.
    pub(super) fn own_element(&mut self, variable: VariableId) -> ExprId {
        let entry = &self.network.variables[variable];
        let (axes, span) = (entry.axes.clone(), entry.span);
        let positions: Vec<ExprId> = axes.iter().map(|&axis| self.position(axis, span)).collect();
        let scalar = self.element_kind(variable);
        self.push_over(ExprKind::Variable(variable, positions), axes, scalar, span)
    }

    /// The kind of a variable's elements.
    pub(super) fn element_kind(&self, variable: VariableId) -> Scalar {
        match self.network.variables[variable].support {
            Support::Real(_) => Scalar::Real,
            Support::Integer(_) => Scalar::Integer,
            Support::Bool => Scalar::Bool,
            Support::Index(plate) => Scalar::Index(plate),
        }
    }

    /// A function is checked even if nobody calls it, with parameters that may have any value; the
    /// expressions made for that are discarded.
    fn check_function(&mut self, function: &'a tree::Function) {
        let kept = self.network.clone();
        let trees = self.plate_trees.len();
        self.check_function_body(function);
        self.network = kept;
        self.plate_trees.truncate(trees);
    }

    fn check_function_body(&mut self, function: &'a tree::Function) {
        let mut generics = Vec::new();
        let mut parameters = Vec::new();
        for parameter in &function.parameters {
            let Ok(value) = self.stand_in(parameter, &mut generics) else { return };
            parameters.push((parameter.name.text.clone(), value));
        }
        let scope = Scope::default().body(parameters, generics);
        self.calls.push(function.name.text.clone());
        let _reported = self.expression(&function.body, &scope);
        self.calls.pop();
    }

    /// A value of the type of a parameter, to check a body that nobody uses.
    pub(super) fn stand_in(
        &mut self,
        parameter: &tree::Parameter,
        generics: &mut Vec<(String, AxisId)>,
    ) -> Elaborated<ExprId> {
        let span = parameter.name.span;
        let Some(ty) = &parameter.ty else {
            return Ok(self.stand_in_value(Vec::new(), Scalar::Real, span));
        };
        let mut axes: Vec<AxisId> = Vec::new();
        for axis in self.generic_axes(ty) {
            let first = match generics.iter().find(|(name, _)| *name == axis) {
                Some((_, first)) => *first,
                None => {
                    let first = self.stand_in_axis(&axis, span);
                    generics.push((axis.clone(), first));
                    first
                }
            };
            let plate = self.network.plate_of(first);
            let occurrence = axes.iter().filter(|&&a| self.network.plate_of(a) == plate).count();
            let axis = if occurrence == 0 {
                first
            } else {
                self.axis(plate, u32::try_from(occurrence).unwrap_or(u32::MAX))
            };
            axes.push(axis);
        }
        let scalar = match ty.name.text.as_str() {
            "bool" => Scalar::Bool,
            "int" | "count" => Scalar::Integer,
            name => match generics.iter().find(|(n, _)| n == name) {
                Some((_, axis)) => Scalar::Index(self.network.plate_of(*axis)),
                None => Scalar::Real,
            },
        };
        Ok(self.stand_in_value(axes, scalar, span))
    }

    fn stand_in_axis(&mut self, name: &str, span: Span) -> AxisId {
        let plate = match self.plates.get(name) {
            Some(&plate) => plate,
            None => {
                use crate::network::ir::{Axis, Plate, PlateSize};
                let plate = self.network.plates.push(Plate {
                    name: name.to_owned(),
                    size: PlateSize::Number(2),
                    span,
                    doc: None,
                });
                self.plate_trees.push(None);
                self.network.axes.push(Axis { plate, occurrence: 0 });
                plate
            }
        };
        self.axis(plate, 0)
    }

    fn stand_in_value(&mut self, axes: Vec<AxisId>, scalar: Scalar, span: Span) -> ExprId {
        // A positive number that is not known to be constant, so that nothing can be proved or
        // refuted about it.
        let kind = ExprKind::Call(crate::builtins::Builtin::Exp, vec![]);
        self.push_over(kind, axes, scalar, span)
    }

    /// The names of the axes in the type of a parameter; a matrix type over one axis has it twice.
    pub(super) fn generic_axes(&self, ty: &tree::Type) -> Vec<String> {
        let mut names: Vec<String> = ty
            .axes
            .iter()
            .map(|axis| match axis {
                tree::TypeAxis::Plate(name) => name.text.clone(),
                tree::TypeAxis::Size(size, _) => size.to_string(),
            })
            .collect();
        if names.len() == 1 && Event::named(&ty.name.text).is_some_and(Event::is_square) {
            names.push(names[0].clone());
        }
        names
    }
}
