//! Resolved expression → formula text: indices shown, operators with as few parentheses as they
//! need.

use crate::builtins::Builtin;
use crate::network::ir::{AxisId, ExprId, ExprKind, Network, PlateId, Reduction};

/// How many expressions a formula shows before it is cut off: shared ones are written out, which
/// may grow without bound.
const LIMIT: usize = 2_000;

/// An expression as a formula, such as `a[county[homes]] + b * floor[homes]`.
///
/// A variable shows its index on each axis; where that is the position on the plate itself, the
/// name of the plate.
#[must_use]
pub fn expression(network: &Network, id: ExprId) -> String {
    Writer::new(network).write(id, &[]).text
}

/// The precedence of a text, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Choice,
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Sign,
    Power,
    Atom,
}

/// A text with its precedence.
#[derive(Clone)]
struct Text {
    text: String,
    binding: Binding,
}

impl Text {
    fn atom(text: impl Into<String>) -> Self {
        Self { text: text.into(), binding: Binding::Atom }
    }

    /// In parentheses if it binds looser than the context requires.
    fn within(self, place: Binding) -> String {
        if self.binding < place { format!("({})", self.text) } else { self.text }
    }
}

/// What stands for an axis: an index, or the name of a reduction's binder.
type Substitution = (AxisId, Text);

struct Writer<'a> {
    network: &'a Network,
    left: usize,
}

impl<'a> Writer<'a> {
    fn new(network: &'a Network) -> Self {
        Self { network, left: LIMIT }
    }

    fn write(&mut self, id: ExprId, substitutions: &[Substitution]) -> Text {
        if self.left == 0 {
            return Text::atom("…");
        }
        self.left -= 1;
        match &self.network.expressions[id].kind {
            ExprKind::Number(value) => number(*value),
            ExprKind::Bool(value) => Text::atom(value.to_string()),
            ExprKind::Variable(variable, indices) => {
                let name = &self.network.variables[*variable].name;
                Text::atom(self.indexed(name, indices, substitutions))
            }
            ExprKind::Position(axis) => self.axis(*axis, substitutions),
            ExprKind::Label(_, label) => Text::atom(format!("\"{label}\"")),
            ExprKind::Size(plate) => Text::atom(format!("size({})", self.plate(*plate))),
            ExprKind::Call(builtin, operands) => self.call(*builtin, operands, substitutions),
            ExprKind::If(condition, then, otherwise) => {
                self.choice([*condition, *then, *otherwise], substitutions)
            }
            ExprKind::Reduce(reduction, axes, body) => {
                self.reduction(*reduction, axes, *body, substitutions)
            }
            ExprKind::At(base, indices) => self.at(*base, indices, substitutions),
            ExprKind::List(_, elements) => self.list(elements, substitutions),
            ExprKind::ToIndex(_, index) => self.write(*index, substitutions),
            ExprKind::Cholesky(base, row, col) => {
                let inner = without(substitutions, &[*row, *col]);
                let base = self.write(*base, &inner).text;
                self.with_indices(format!("cholesky({base})"), &[*row, *col], substitutions)
            }
            ExprKind::Solve(factor, right, row, col, transposed) => {
                self.solve([*factor, *right], (*row, *col), *transposed, substitutions)
            }
            ExprKind::Noise(noise) => {
                let axes = self.network.noises[*noise].axes.clone();
                self.with_indices(noise.to_string(), &axes, substitutions)
            }
        }
    }

    fn plate(&self, plate: PlateId) -> &str {
        &self.network.plates[plate].name
    }

    fn axis(&self, axis: AxisId, substitutions: &[Substitution]) -> Text {
        match substitutions.iter().rev().find(|(a, _)| *a == axis) {
            Some((_, text)) => text.clone(),
            None => Text::atom(self.network.axis_name(axis)),
        }
    }

    fn indexed(
        &mut self,
        name: &str,
        indices: &[ExprId],
        substitutions: &[Substitution],
    ) -> String {
        if indices.is_empty() {
            return name.to_owned();
        }
        format!("{name}[{}]", self.all(indices, substitutions))
    }

    fn all(&mut self, expressions: &[ExprId], substitutions: &[Substitution]) -> String {
        let texts: Vec<String> =
            expressions.iter().map(|&e| self.write(e, substitutions).text).collect();
        texts.join(", ")
    }

    /// With indices for those axes that have a substitute.
    fn with_indices(&self, text: String, axes: &[AxisId], substitutions: &[Substitution]) -> Text {
        if !axes.iter().any(|axis| substitutions.iter().any(|(a, _)| a == axis)) {
            return Text::atom(text);
        }
        let indices: Vec<String> =
            axes.iter().map(|&axis| self.axis(axis, substitutions).text).collect();
        Text::atom(format!("{text}[{}]", indices.join(", ")))
    }

    fn call(
        &mut self,
        builtin: Builtin,
        operands: &[ExprId],
        substitutions: &[Substitution],
    ) -> Text {
        match (operator(builtin), operands) {
            (Some((sign, binding)), &[only]) => {
                let operand = self.write(only, substitutions).within(binding);
                Text { text: format!("{sign}{operand}"), binding }
            }
            (Some((sign, binding)), &[left, right]) => {
                let (left_place, right_place) = places(builtin, binding);
                let left = self.write(left, substitutions).within(left_place);
                let right = self.write(right, substitutions).within(right_place);
                let space = if builtin == Builtin::Power { "" } else { " " };
                Text { text: format!("{left}{space}{sign}{space}{right}"), binding }
            }
            _ => Text::atom(format!("{}({})", builtin.name(), self.all(operands, substitutions))),
        }
    }

    fn choice(&mut self, parts: [ExprId; 3], substitutions: &[Substitution]) -> Text {
        let [condition, then, otherwise] = parts.map(|part| self.write(part, substitutions));
        let text = format!(
            "if {} then {} else {}",
            condition.within(Binding::Or),
            then.within(Binding::Or),
            otherwise.text
        );
        Text { text, binding: Binding::Choice }
    }

    fn reduction(
        &mut self,
        reduction: Reduction,
        axes: &[AxisId],
        body: ExprId,
        substitutions: &[Substitution],
    ) -> Text {
        let (binders, inner) = self.bind(axes, substitutions);
        let over: Vec<String> = axes
            .iter()
            .zip(&binders)
            .map(|(&axis, name)| format!("{name} in {}", self.plate(self.network.plate_of(axis))))
            .collect();
        let body = self.write(body, &inner).text;
        Text::atom(format!("{}({}: {body})", word(reduction), over.join(", ")))
    }

    /// Names for the axes that a reduction binds, and the substitutes for axes inside it.
    fn bind(
        &self,
        axes: &[AxisId],
        substitutions: &[Substitution],
    ) -> (Vec<String>, Vec<Substitution>) {
        let mut inner = substitutions.to_vec();
        let mut binders = Vec::new();
        for &axis in axes {
            let name = self.free_name(&inner);
            binders.push(name.clone());
            inner.push((axis, Text::atom(name)));
        }
        (binders, inner)
    }

    /// A name that no variable, plate or enclosing binder has.
    fn free_name(&self, substitutions: &[Substitution]) -> String {
        let taken = |name: &str| {
            substitutions.iter().any(|(_, text)| {
                text.text.split(|c: char| !c.is_alphanumeric()).any(|word| word == name)
            }) || self.network.variable(name).is_some()
                || self.network.plates.iter().any(|(_, plate)| plate.name == name)
        };
        let letters = ["i", "j", "k", "l", "m"].into_iter().map(str::to_owned);
        let mut names = letters.chain((1..).map(|n| format!("i{n}")));
        names.find(|name| !taken(name)).unwrap_or_default()
    }

    /// An expression at indices of some of its axes: they replace the positions inside it.
    fn at(
        &mut self,
        base: ExprId,
        indices: &[(AxisId, ExprId)],
        substitutions: &[Substitution],
    ) -> Text {
        let indices: Vec<Substitution> = indices
            .iter()
            .map(|(axis, index)| (*axis, self.write(*index, substitutions)))
            .collect();
        let inner: Vec<Substitution> = substitutions.iter().cloned().chain(indices).collect();
        self.write(base, &inner)
    }

    /// A single element is repeated along the axis.
    fn list(&mut self, elements: &[ExprId], substitutions: &[Substitution]) -> Text {
        match elements {
            &[only] => self.write(only, substitutions),
            _ => Text::atom(format!("[{}]", self.all(elements, substitutions))),
        }
    }

    fn solve(
        &mut self,
        parts: [ExprId; 2],
        (row, col): (AxisId, AxisId),
        transposed: bool,
        substitutions: &[Substitution],
    ) -> Text {
        let (inner_axes, solved) = if transposed { ([col, row], row) } else { ([row, col], col) };
        let outer = without(substitutions, &[row, col]);
        let (binders, inner) = self.bind(&inner_axes, &outer);
        let function = if transposed { "solve_lower_transposed" } else { "solve_lower" };
        let [factor, right] = parts.map(|part| self.write(part, &inner).text);
        let over = binders.join(", ");
        self.with_indices(
            format!("{function}({over}: {factor}, {right})"),
            &[solved],
            substitutions,
        )
    }
}

/// The substitutes for axes, without some of them.
fn without(substitutions: &[Substitution], axes: &[AxisId]) -> Vec<Substitution> {
    substitutions.iter().filter(|(axis, _)| !axes.contains(axis)).cloned().collect()
}

/// A number as a user would write it.
fn number(value: f64) -> Text {
    let binding = if value < 0.0 { Binding::Sign } else { Binding::Atom };
    Text { text: number_text(value), binding }
}

/// A number in its shortest form that reads back the same; `inf` and `pi` by name.
pub fn number_text(value: f64) -> String {
    let size = value.abs();
    let sign = if value < 0.0 { "-" } else { "" };
    if size.is_infinite() {
        format!("{sign}inf")
    } else if size.to_bits() == std::f64::consts::PI.to_bits() {
        format!("{sign}pi")
    } else if size == 0.0 || (1e-5..1e15).contains(&size) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

/// The sign of an operator and its precedence; none for functions that are called by name.
fn operator(builtin: Builtin) -> Option<(&'static str, Binding)> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the operators are listed; all other functions are called by name"
    )]
    Some(match builtin {
        Builtin::Or => ("or", Binding::Or),
        Builtin::And => ("and", Binding::And),
        Builtin::Not => ("not ", Binding::Not),
        Builtin::Equal => ("==", Binding::Comparison),
        Builtin::NotEqual => ("!=", Binding::Comparison),
        Builtin::Less => ("<", Binding::Comparison),
        Builtin::LessEqual => ("<=", Binding::Comparison),
        Builtin::Greater => (">", Binding::Comparison),
        Builtin::GreaterEqual => (">=", Binding::Comparison),
        Builtin::Add => ("+", Binding::Sum),
        Builtin::Subtract => ("-", Binding::Sum),
        Builtin::Multiply => ("*", Binding::Product),
        Builtin::Divide => ("/", Binding::Product),
        Builtin::Negate => ("-", Binding::Sign),
        Builtin::Power => ("^", Binding::Power),
        _ => return None,
    })
}

/// The precedence that the left and right operand must have to need no parentheses.
fn places(builtin: Builtin, binding: Binding) -> (Binding, Binding) {
    match binding {
        Binding::Comparison => (Binding::Sum, Binding::Sum),
        Binding::Sum if builtin == Builtin::Add => (Binding::Sum, Binding::Sum),
        Binding::Sum => (Binding::Sum, Binding::Product),
        Binding::Product if builtin == Builtin::Multiply => (Binding::Product, Binding::Product),
        Binding::Product => (Binding::Product, Binding::Sign),
        Binding::Power => (Binding::Atom, Binding::Sign),
        Binding::Choice
        | Binding::Or
        | Binding::And
        | Binding::Not
        | Binding::Sign
        | Binding::Atom => (binding, binding),
    }
}

fn word(reduction: Reduction) -> &'static str {
    match reduction {
        Reduction::Sum => "sum",
        Reduction::Product => "prod",
        Reduction::Max => "max",
        Reduction::Min => "min",
        Reduction::Mean => "mean",
        Reduction::Sd => "sd",
        Reduction::Variance => "variance",
        Reduction::LogSumExp => "log_sum_exp",
        Reduction::Any => "any",
        Reduction::All => "all",
    }
}
