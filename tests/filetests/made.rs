//! What a program becomes, as text.

use pgmc::gradient::differentiate;
use pgmc::plan::{self, Mode};
use pgmc::program::{Computation, Program, Values, fold, print, print_with_values};

/// The text of what a program becomes, by the word of a file.
pub fn made(what: &str, program: &Program, values: &Values) -> Result<String, String> {
    let whole = || Computation { program: program.clone(), values: values.clone() };
    Ok(match what {
        "folded" => text(&fold(whole())),
        "gradient" => text(&gradient(whole())),
        "folded gradient" => text(&folded_gradient(whole())),
        "folded gradient without values" => print(&folded_gradient(whole()).program),
        "plan" => planned(program, Mode::Fused)?,
        "naive plan" => planned(program, Mode::Naive)?,
        "plan of the gradient" => planned(&folded_gradient(whole()).program, Mode::Fused)?,
        "outline of the plan of the gradient" => {
            outline(&planned(&folded_gradient(whole()).program, Mode::Fused)?)
        }
        "error" => return Err("expected an error, but the text is a program".to_owned()),
        _ => return Err(format!("nothing becomes `{what}`")),
    })
}

fn text(computation: &Computation) -> String {
    print_with_values(&computation.program, &computation.values)
}

/// The sum of the terms and its gradient, and nothing else.
pub fn gradient(computation: Computation) -> Computation {
    differentiate(computation.without_outputs())
}

/// As the compiler makes it before it plans.
pub fn folded_gradient(computation: Computation) -> Computation {
    fold(gradient(computation))
}

/// A plan's text, which read is the same plan.
fn planned(program: &Program, mode: Mode) -> Result<String, String> {
    let made = plan::plan(program, mode);
    plan::check(&made, program).map_err(|errors| format!("no sound plan: {errors:#?}"))?;
    let printed = plan::print(&made, program);
    let read = plan::parse(&printed, program).map_err(|error| format!("{error}\n{printed}"))?;
    if format!("{read:?}") == format!("{made:?}") {
        Ok(printed)
    } else {
        Err(format!("read again, it is another plan\n{printed}"))
    }
}

/// The text of a plan with its buffers and loops, of variables and statements no more than their
/// number: what shares a loop, and what is stored between loops.
fn outline(plan: &str) -> String {
    let mut text = String::new();
    let mut counted = (0, 0, "");
    for line in plan.lines().chain([""]) {
        let indent = line.len() - line.trim_start().len();
        let what = if line.starts_with('c') {
            "variables"
        } else if indent > 0 && !line.trim_start().starts_with("for ") {
            "statements"
        } else {
            ""
        };
        let (number, inside, before) = counted;
        if number > 0 && (what, indent) != (before, inside) {
            text += &format!("{:inside$}{number} {before}\n", "");
            counted = (0, indent, what);
        }
        if what.is_empty() {
            text += &format!("{}\n", without_counter(line));
        } else {
            counted = (counted.0 + 1, indent, what);
        }
    }
    text
}

/// A line that opens a loop, without the name of its position: those change with whatever is before.
fn without_counter(line: &str) -> String {
    match line.split_once("for ") {
        Some((indent, rest)) if indent.trim().is_empty() => {
            let rest = rest.split_once(" in ").map_or(rest, |(_, rest)| rest);
            format!("{indent}for {rest}")
        }
        Some(_) | None => line.to_owned(),
    }
}
