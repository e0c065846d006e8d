//! Network → text: what a user sees of it, and what the tests compare.

mod expression;
mod factorisation;
mod words;

use std::fmt::Write as _;

pub use expression::expression;
pub use factorisation::factorisation;
pub use words::{distribution, family, noise, signature, size, support, values};

use crate::network::ir::{
    Application, Component, Conditional, Definition, Event, Network, Role, Variable, VariableId,
};

/// A network as text: plates, variables with their definitions, order, variables that no data
/// inform.
#[must_use]
pub fn print(network: &Network) -> String {
    let sections =
        [plates(network), variables(network), factors(network), order(network), untouched(network)];
    let sections: Vec<String> =
        sections.into_iter().filter(|section| !section.is_empty()).collect();
    sections.join("\n")
}

fn plates(network: &Network) -> String {
    let mut text = String::new();
    for (_, plate) in network.plates.iter() {
        // The axis of `vector[4]` is named by its number.
        let line = if plate.name.parse::<usize>().is_ok() {
            "without a name".to_owned()
        } else {
            size(network, plate)
        };
        writeln!(text, "  {:<10} {line}", plate.name).expect("a string takes all");
    }
    section("plates", text)
}

fn variables(network: &Network) -> String {
    let text: String =
        network.variables.iter().map(|(_, variable)| describe(network, variable)).collect();
    section("variables", text)
}

fn section(heading: &str, body: String) -> String {
    if body.is_empty() { body } else { format!("{heading}\n{body}") }
}

/// The lines of a variable: its definition, then what the compiler made of each family.
fn describe(network: &Network, variable: &Variable) -> String {
    let mut text = format!(
        "  {:<8}{} : {}\n",
        role(variable.role),
        signature(network, variable),
        values(network, variable)
    );
    for line in definition(network, variable) {
        writeln!(text, "            {line}").expect("a string takes all");
    }
    text
}

/// The word that declares a role.
#[must_use]
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Input => "input",
        Role::Param => "param",
        Role::Latent => "latent",
        Role::Observe => "observe",
        Role::Let => "let",
        Role::Report => "report",
    }
}

fn definition(network: &Network, variable: &Variable) -> Vec<String> {
    match &variable.definition {
        Definition::Input { column, default } => {
            let column = column.as_ref().map(|column| format!("from \"{column}\""));
            column
                .into_iter()
                .chain(default.map(|default| format!("= {}", expression(network, default))))
                .collect()
        }
        Definition::Random(None) => vec!["without a prior".to_owned()],
        Definition::Random(Some(conditional)) => drawn(network, variable, conditional),
        Definition::Observed { column, value, conditional } => {
            let column = column.as_ref().map(|column| format!("from \"{column}\""));
            let value = value.map(|value| format!("= {}", expression(network, value)));
            column.into_iter().chain(value).chain(drawn(network, variable, conditional)).collect()
        }
        Definition::Deterministic(value) => vec![format!("= {}", expression(network, *value))],
    }
}

fn drawn(network: &Network, variable: &Variable, conditional: &Conditional) -> Vec<String> {
    let mut lines = vec![format!("~ {}", distribution(network, conditional))];
    for application in conditional.applications() {
        lines.extend(clauses(network, application));
        lines.extend(on_condition(network, variable, application));
    }
    lines
}

/// What becomes of the normalising constant if the type is more restrictive than the family.
fn on_condition(
    network: &Network,
    variable: &Variable,
    application: &Application,
) -> Option<String> {
    let condition = variable.event.condition().filter(|_| variable.event != application.event)?;
    let constant = match (variable.event, application.log_of_sum) {
        (Event::Ordered | Event::PositiveOrdered, _) => return None,
        (_, Some(log)) => format!("minus {}", expression(network, log)),
        (_, None) => "the constant is not known, and left out".to_owned(),
    };
    Some(format!("{}: {condition}; {constant}", application.family))
}

/// The clauses of a family, instantiated at the element of the variable.
fn clauses(network: &Network, application: &Application) -> Vec<String> {
    let name = &application.family;
    let mut lines =
        vec![format!("{name}: log density {}", expression(network, application.log_density))];
    if let Some(normaliser) = application.log_normaliser {
        lines.push(format!("{name}: truncated, minus {}", expression(network, normaliser)));
    }
    for &requirement in &application.requirements {
        lines.push(format!("{name}: where {}", expression(network, requirement)));
    }
    if let Some(draw) = &application.draw {
        let noises: Vec<String> = draw.noises.iter().map(|&id| noise(network, id)).collect();
        let by =
            if noises.is_empty() { String::new() } else { format!(" with {}", noises.join(", ")) };
        lines.push(format!("{name}: draw {}{by}", expression(network, draw.value)));
    }
    lines
}

fn factors(network: &Network) -> String {
    let mut text = String::new();
    for factor in &network.factors {
        let axes: Vec<String> = factor.axes.iter().map(|&axis| network.axis_name(axis)).collect();
        let over = if axes.is_empty() { String::new() } else { format!("[{}]", axes.join(", ")) };
        writeln!(text, "  {}{over} = {}", factor.name, expression(network, factor.term))
            .expect("a string takes all");
    }
    section("factors", text)
}

/// The topological order; a chain is shown as its members in the order of a step.
fn order(network: &Network) -> String {
    let names = |members: &[VariableId]| -> String {
        let names: Vec<&str> =
            members.iter().map(|&member| network.variables[member].name.as_str()).collect();
        names.join(", ")
    };
    let mut text = String::new();
    for component in &network.order {
        match component {
            Component::Single(variable) => writeln!(text, "  {}", names(&[*variable])),
            Component::Chain { plate, members } => {
                writeln!(text, "  {} along {}", names(members), network.plates[*plate].name)
            }
        }
        .expect("a string takes all");
    }
    section("order", text)
}

fn untouched(network: &Network) -> String {
    let names: Vec<&str> = network
        .untouched_by_data()
        .into_iter()
        .map(|id| network.variables[id].name.as_str())
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("no data touch\n  {}\n", names.join(", "))
    }
}
