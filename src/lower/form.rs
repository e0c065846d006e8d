//! Auxiliary, centred or partial: the form of a latent, and the reason.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Lowering, Question};
use crate::network::ir::{
    Component, Conditional, Definition, Draw, ExprId, ExprKind, NoiseBase, Role, VariableId,
};
use crate::program::{AxisId, NodeId};

/// How latents are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Chosen for each latent by the compiler.
    #[default]
    Auto,
    /// As a function of noise (non-centred), wherever that is possible.
    Auxiliary,
    /// As itself (centred).
    Centred,
}

/// The form of one latent.
#[derive(Clone, Debug, PartialEq)]
pub enum Written {
    /// As a function of noise (non-centred).
    Auxiliary,
    /// As itself (centred).
    Centred,
    /// Between the two: a weight and a power for each element, in the canonical layout of the
    /// latent's axes.
    Partial(Vec<NonCentring>),
}

/// Where an element is between the auxiliary form and the centred one: with typical location m and
/// scale c, its noise is e = (coordinate − weight·(location − m)/c)·(c/scale)^power.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NonCentring {
    /// How much the coordinate moves with the location of the element's distribution. 0: auxiliary;
    /// 1: centred.
    pub weight: f64,
    /// How much the coordinate scales with the scale. 0: auxiliary; 1: centred.
    pub power: f64,
    /// A typical value of the location: m.
    pub location: f64,
    /// A typical value of the scale: c.
    pub scale: f64,
}

/// The form of each latent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forms {
    /// The form of the latents that are not named.
    pub others: Form,
    /// The form by the name of the latent. One that cannot have the form asked for is centred, or
    /// auxiliary instead of partial.
    pub named: BTreeMap<String, Written>,
}

/// The choice made for a latent.
#[derive(Clone, Debug, PartialEq)]
pub struct FormChoice {
    /// The latent.
    pub variable: VariableId,
    /// Its name.
    pub name: String,
    /// The form it is written in.
    pub written: Written,
    /// Whether both forms are possible and neither is clearly better.
    pub open: bool,
    /// The range of its coordinates.
    pub coordinates: Range<usize>,
    /// The location and scale of its distribution, where a partial form is possible; in auxiliary
    /// form only.
    pub distribution: Option<Distribution>,
    /// The reason for the choice, in a few words.
    pub reason: String,
}

/// The location and scale that a latent adds to and multiplies its noise by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// Added to the scaled noise.
    pub location: NodeId,
    /// Multiplies the noise.
    pub scale: NodeId,
    /// The axes of the latent; location and scale may lack some of them.
    pub axes: Vec<AxisId>,
}

/// From this many observations per element on, the data say more about a latent than its
/// distribution does: then the centred form mixes better (Betancourt and Girolami 2013, arXiv
/// 1312.0906, section 3).
const MUCH_DATA: usize = 25;

impl From<Form> for Forms {
    fn from(others: Form) -> Self {
        Self { others, named: BTreeMap::new() }
    }
}

impl Written {
    /// `auxiliary`, `centred` or `partial`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Written::Auxiliary => "auxiliary",
            Written::Centred => "centred",
            Written::Partial(_) => "partial",
        }
    }
}

impl Lowering<'_> {
    /// Chooses the form of a latent and records the reason.
    pub(super) fn choose_form(
        &mut self,
        variable: VariableId,
        conditional: &Conditional,
    ) -> Written {
        if self.network.variables[variable].role != Role::Latent {
            return Written::Centred;
        }
        let (written, reason) = self.form_of(variable, conditional);
        let name = self.network.variables[variable].name.clone();
        let open = self.request.forms.others == Form::Auto && self.is_open(variable, conditional);
        let start = self.coordinates.len();
        self.forms.push(FormChoice {
            variable,
            name,
            written: written.clone(),
            open,
            coordinates: start..start,
            distribution: None,
            reason,
        });
        written
    }

    /// The form of a latent, and the reason.
    pub(super) fn form_of(
        &mut self,
        variable: VariableId,
        conditional: &Conditional,
    ) -> (Written, String) {
        if let Some(obstacle) = self.obstacle(variable, conditional) {
            return (Written::Centred, obstacle);
        }
        let asked = || "as asked".to_owned();
        match (
            self.request.forms.named.get(&self.network.variables[variable].name),
            self.request.forms.others,
        ) {
            (Some(Written::Partial(_)), _)
                if !self.is_shifted_and_scaled(variable, conditional) =>
            {
                (
                    Written::Auxiliary,
                    "its draw is not a noise that is scaled and shifted".to_owned(),
                )
            }
            (Some(written), _) => (written.clone(), asked()),
            (None, Form::Auto) if matches!(self.request.question, Question::Joint { .. }) => {
                self.for_integration(variable, conditional)
            }
            (None, Form::Auxiliary) => (Written::Auxiliary, asked()),
            (None, Form::Centred) => (Written::Centred, asked()),
            (None, Form::Auto) => self.by_data(variable, conditional),
        }
    }

    fn is_open(&self, variable: VariableId, conditional: &Conditional) -> bool {
        let known = conditional.made_from().into_iter().all(|e| self.network.known_from_data(e));
        !known && self.obstacle(variable, conditional).is_none()
    }

    /// Why the auxiliary form is not possible.
    fn obstacle(&self, variable: VariableId, conditional: &Conditional) -> Option<String> {
        let entry = &self.network.variables[variable];
        if let Some(condition) = entry.event.condition() {
            return Some(condition.to_owned());
        }
        let summed_out =
            self.network.variables.ids().find(|&v| self.is_summed_out(v) && self.uses(variable, v));
        if let Some(discrete) = summed_out {
            return Some(format!(
                "its distribution depends on the discrete `{}`",
                self.network.variables[discrete].name
            ));
        }
        for application in conditional.applications() {
            if application.log_normaliser.is_some() && application.draw.is_none() {
                return Some(format!(
                    "it is truncated by its type, and {} has no quantile",
                    application.family
                ));
            }
            if !application.draw.as_ref().is_some_and(|d| d.deterministic) {
                return Some(format!("{} has no draw as a function of noise", application.family));
            }
        }
        None
    }

    /// The form in which a hidden variable is integrated out: as a function of normal noise, which
    /// is regular where the scale is 0. A chain is centred instead, since then each element
    /// interacts with its neighbours only.
    fn for_integration(
        &self,
        variable: VariableId,
        conditional: &Conditional,
    ) -> (Written, String) {
        let network = self.network;
        let in_chain = |c: &Component| matches!(c, Component::Chain { members, .. } if members.contains(&variable));
        if network.order.iter().any(in_chain) {
            return (
                Written::Centred,
                "a chain: each element meets its neighbours only".to_owned(),
            );
        }
        let draws = || conditional.applications().into_iter().filter_map(|a| a.draw.as_ref());
        let normal =
            |draw: &Draw| draw.noises.iter().all(|&n| network.noises[n].base == NoiseBase::Normal);
        if draws().all(normal) && !draws().any(|draw| self.is_rough(draw.value)) {
            return (Written::Auxiliary, "a function of normal noise".to_owned());
        }
        (Written::Centred, "it is no simple function of normal noise".to_owned())
    }

    /// Whether an expression calls a function some of whose derivatives are not available.
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

    fn by_data(&mut self, variable: VariableId, conditional: &Conditional) -> (Written, String) {
        if conditional.made_from().into_iter().all(|e| self.network.known_from_data(e)) {
            return (Written::Centred, "its distribution has no unknown".to_owned());
        }
        let axes = self.variable_axes(variable);
        let elements = self.builder.program.extent(&axes).max(1);
        let observations = self.observations_of(variable);
        let each = observations / elements;
        let words = format!("{observations} observations for {elements} elements");
        (if each < MUCH_DATA { Written::Auxiliary } else { Written::Centred }, words)
    }

    /// The number of observed elements whose distribution depends on the variable.
    fn observations_of(&mut self, variable: VariableId) -> usize {
        let network = self.network;
        let mut total = 0;
        for (observed, entry) in network.variables.iter() {
            if !matches!(entry.definition, Definition::Observed { .. })
                || !self.uses(observed, variable)
            {
                continue;
            }
            let axes = self.variable_axes(observed);
            total += self.builder.program.extent(&axes);
        }
        total
    }

    /// Whether `user` depends on `variable`, directly or through deterministic quantities.
    fn uses(&self, user: VariableId, variable: VariableId) -> bool {
        let mut seen = vec![user];
        let mut waiting = vec![user];
        while let Some(next) = waiting.pop() {
            for reference in self.network.references(&self.network.made_from(next)) {
                if reference.variable == variable {
                    return true;
                }
                let through = matches!(
                    self.network.variables[reference.variable].role,
                    Role::Let | Role::Report
                );
                if through && !seen.contains(&reference.variable) {
                    seen.push(reference.variable);
                    waiting.push(reference.variable);
                }
            }
        }
        false
    }
}
