//! The examples of a family, against its log density.

use std::fmt::Write as _;

use super::bench::density_of;
use super::report::Check;
use crate::base::{Diagnostic, Sources, Span};
use crate::lower::DensityProgram;
use crate::program::evaluate;
use crate::syntax::tree::{Clause, Expression, ExpressionKind, Family, Tree};

/// The relative difference that is accepted from a value known from elsewhere.
const LIMIT: f64 = 1e-10;

/// One check for all examples of a family.
pub fn checks(
    sources: &mut Sources,
    known: &mut Vec<Tree>,
    family: &Family,
) -> Result<Vec<Check>, Vec<Diagnostic>> {
    let examples: Vec<(&Expression, &Expression, &Expression)> = family
        .clauses
        .iter()
        .filter_map(|clause| match clause {
            Clause::Example { distribution, at, log_density, .. } => {
                Some((distribution, at, log_density))
            }
            Clause::Function { .. }
            | Clause::Draw { .. }
            | Clause::Moment { .. }
            | Clause::With { .. } => None,
        })
        .collect();
    if examples.is_empty() {
        return Ok(vec![Check::skipped("examples", "none given")]);
    }
    let mut deviations = Vec::new();
    for (distribution, at, log_density) in examples {
        let mut lists = Lists::default();
        let shown = format!("{} at {}", sources.slice(distribution.span), sources.slice(at.span));
        let (distribution, at) = (lists.without(sources, distribution), lists.without(sources, at));
        let text = format!(
            "{}report out_found = log_density({distribution}, {at})\nreport out_expected = {}\n",
            lists.declarations,
            sources.slice(log_density.span)
        );
        let DensityProgram { computation, layouts, .. } = density_of(sources, known, &text)?;
        let outputs = evaluate(&computation.program, &computation.values, &[], 0);
        let value = |name: &str| {
            layouts.iter().position(|l| l.name == name).map_or(f64::NAN, |place| outputs[place][0])
        };
        let (value, expected) = (value("out_found"), value("out_expected"));
        let same = value == expected;
        deviations.push((
            if same { 0.0 } else { (value - expected).abs() / expected.abs().max(1.0) },
            shown,
        ));
    }
    Ok(vec![Check::of("examples hold", LIMIT, deviations)])
}

/// Lists as variables of their own: a list needs a context that says which axis it has.
#[derive(Default)]
struct Lists {
    declarations: String,
    count: usize,
    sizes: Vec<usize>,
}

impl Lists {
    /// The text of an expression with its lists replaced by names.
    fn without(&mut self, sources: &Sources, expression: &Expression) -> String {
        let mut lists: Vec<(Span, String)> = Vec::new();
        self.collect(sources, expression, &mut lists);
        let start = expression.span.start as usize;
        let mut text = sources.slice(expression.span).to_owned();
        lists.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        for (span, name) in lists {
            text.replace_range(span.start as usize - start..span.end as usize - start, &name);
        }
        text
    }

    fn collect(
        &mut self,
        sources: &Sources,
        expression: &Expression,
        lists: &mut Vec<(Span, String)>,
    ) {
        match &expression.kind {
            ExpressionKind::List(elements) => {
                let name = self.declare(sources, elements);
                lists.push((expression.span, name));
            }
            ExpressionKind::Call(_, arguments) => {
                arguments.iter().for_each(|argument| self.collect(sources, &argument.value, lists))
            }
            ExpressionKind::Unary(_, operand) => self.collect(sources, operand, lists),
            ExpressionKind::Binary(_, left, right) => {
                self.collect(sources, left, lists);
                self.collect(sources, right, lists);
            }
            ExpressionKind::Number(_)
            | ExpressionKind::Bool(_)
            | ExpressionKind::Label(_)
            | ExpressionKind::Name(_)
            | ExpressionKind::Index(..)
            | ExpressionKind::Reduce { .. }
            | ExpressionKind::If(..)
            | ExpressionKind::Where(..) => {}
        }
    }

    /// A vector, or a matrix by its rows.
    fn declare(&mut self, sources: &Sources, elements: &[Expression]) -> String {
        self.count += 1;
        let (name, size) = (format!("list{}_", self.count), elements.len());
        if !self.sizes.contains(&size) {
            self.sizes.push(size);
            writeln!(self.declarations, "plate axis{size}_ = {size}").expect("a string takes all");
        }
        let rows: Vec<&[Expression]> = elements.iter().filter_map(row).collect();
        let declaration = if rows.len() == size {
            let cells = rows.iter().enumerate().flat_map(|(i, row)| {
                row.iter().enumerate().map(move |(j, cell)| (i + 1, j + 1, cell))
            });
            let choices: String = cells
                .map(|(i, j, cell)| {
                    format!(
                        "if int(i) == {i} and int(j) == {j} then {} else ",
                        sources.slice(cell.span)
                    )
                })
                .collect();
            format!("let {name}[i in axis{size}_, j in axis{size}_] = {choices}0")
        } else {
            let values: Vec<&str> =
                elements.iter().map(|element| sources.slice(element.span)).collect();
            format!("let {name} : vector[axis{size}_] = [{}]", values.join(", "))
        };
        writeln!(self.declarations, "{declaration}").expect("a string takes all");
        name
    }
}

fn row(element: &Expression) -> Option<&[Expression]> {
    if let ExpressionKind::List(cells) = &element.kind { Some(cells) } else { None }
}
