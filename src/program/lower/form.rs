//! Centred or auxiliary: how a latent is written, and why.

use super::{Lowering, Question};
use crate::network::ir::{Component, Conditional, Definition, Draw, Event, ExprId, ExprKind, NoiseBase, Role, VariableId};

/// How latents are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Chosen for each latent.
    #[default]
    Auto,
    /// As a function of noise, wherever that is possible.
    Auxiliary,
    /// As itself.
    Centred,
}

/// What was chosen for a latent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormChoice {
    /// The latent.
    pub name: String,
    /// Whether it is a function of noise.
    pub auxiliary: bool,
    /// Whether both forms are to be had and neither is plainly better.
    pub open: bool,
    /// In a few words.
    pub reason: String,
}

/// So many observations an element inform a latent more than its distribution does: then the centred form mixes better
/// (Betancourt and Girolami 2013, arXiv 1312.0906, section 3).
const MUCH_DATA: usize = 25;

impl Lowering<'_> {
    /// Chooses a latent's form and keeps the reason.
    pub(super) fn choose_form(&mut self, variable: VariableId, conditional: &Conditional) -> bool {
        if self.network.variables[variable].role != Role::Latent {
            return false;
        }
        let (auxiliary, reason) = self.form_of(variable, conditional);
        let name = self.network.variables[variable].name.clone();
        let open = self.request.form == Form::Auto && self.is_open(variable, conditional);
        self.forms.push(FormChoice { name, auxiliary, open, reason });
        auxiliary
    }

    /// Whether a latent is a function of noise, and why.
    pub(super) fn form_of(&mut self, variable: VariableId, conditional: &Conditional) -> (bool, String) {
        match (self.request.form, self.obstacle(variable, conditional)) {
            (_, Some(obstacle)) => (false, obstacle),
            (Form::Auto, None) if matches!(self.request.question, Question::Joint { .. }) => self.for_integration(variable, conditional),
            (Form::Auxiliary, None) => (true, "as asked".to_owned()),
            (Form::Centred, None) => (false, "as asked".to_owned()),
            (Form::Auto, None) => self.by_data(variable, conditional),
        }
    }

    fn is_open(&self, variable: VariableId, conditional: &Conditional) -> bool {
        let known = conditional.made_from().into_iter().all(|e| self.network.known_from_data(e));
        !known && self.obstacle(variable, conditional).is_none()
    }

    /// Why the auxiliary form is not to be had.
    fn obstacle(&self, variable: VariableId, conditional: &Conditional) -> Option<String> {
        let entry = &self.network.variables[variable];
        if entry.event != Event::Free {
            return Some("its elements are ordered".to_owned());
        }
        for application in conditional.applications() {
            if application.log_normaliser.is_some() && application.draw.is_none() {
                return Some(format!("it is truncated by its type, and {} has no quantile", application.family));
            }
            if !application.draw.as_ref().is_some_and(|d| d.deterministic) {
                return Some(format!("{} has no draw as a function of noise", application.family));
            }
        }
        None
    }

    /// The form in which a hidden variable is integrated out: as a function of normal noise, which is regular where its scale is 0; but a
    /// chain as itself, as each element then meets its neighbours only.
    fn for_integration(&self, variable: VariableId, conditional: &Conditional) -> (bool, String) {
        let network = self.network;
        let in_chain = |c: &Component| matches!(c, Component::Chain { members, .. } if members.contains(&variable));
        if network.order.iter().any(in_chain) {
            return (false, "a chain: each element meets its neighbours only".to_owned());
        }
        let draws = || conditional.applications().into_iter().filter_map(|a| a.draw.as_ref());
        let normal = |draw: &Draw| draw.noises.iter().all(|&n| network.noises[n].base == NoiseBase::Normal);
        if draws().all(normal) && !draws().any(|draw| self.is_rough(draw.value)) {
            return (true, "a function of normal noise".to_owned());
        }
        (false, "it is no simple function of normal noise".to_owned())
    }

    /// Whether an expression calls a function whose second derivatives are not all available.
    fn is_rough(&self, expression: ExprId) -> bool {
        let mut waiting = vec![expression];
        while let Some(next) = waiting.pop() {
            if let ExprKind::Call(builtin, _) = &self.network.expressions[next].kind
                && builtin.is_rough()
            {
                return true;
            }
            waiting.extend(self.network.expressions[next].kind.operands());
        }
        false
    }

    fn by_data(&mut self, variable: VariableId, conditional: &Conditional) -> (bool, String) {
        if conditional.made_from().into_iter().all(|e| self.network.known_from_data(e)) {
            return (false, "its distribution has no unknown".to_owned());
        }
        let axes = self.variable_axes(variable);
        let elements = self.builder.program.extent(&axes).max(1);
        let observations = self.observations_of(variable);
        let each = observations / elements;
        let words = format!("{observations} observations for {elements} elements");
        (each < MUCH_DATA, words)
    }

    /// The number of observed elements whose distribution uses the variable.
    fn observations_of(&mut self, variable: VariableId) -> usize {
        let network = self.network;
        let mut total = 0;
        for (observed, entry) in network.variables.iter() {
            if !matches!(entry.definition, Definition::Observed { .. }) || !self.uses(observed, variable) {
                continue;
            }
            let axes = self.variable_axes(observed);
            total += self.builder.program.extent(&axes);
        }
        total
    }

    /// Whether `user` uses `variable`, itself or by deterministic quantities.
    fn uses(&self, user: VariableId, variable: VariableId) -> bool {
        let mut seen = vec![user];
        let mut waiting = vec![user];
        while let Some(next) = waiting.pop() {
            for reference in self.network.references(&self.network.made_from(next)) {
                if reference.variable == variable {
                    return true;
                }
                let through = matches!(self.network.variables[reference.variable].role, Role::Let | Role::Report);
                if through && !seen.contains(&reference.variable) {
                    seen.push(reference.variable);
                    waiting.push(reference.variable);
                }
            }
        }
        false
    }
}
