//! What a program becomes, as text.

use pgmc::gradient::differentiate;
use pgmc::plan::{self, Mode};
use pgmc::program::{Program, Values, fold, print_with_values};

/// The text of what a program becomes, by the word of a file.
pub fn made(what: &str, program: &Program, values: &Values) -> Result<String, String> {
    let (program, values) = (program.clone(), values.clone());
    Ok(match what {
        "folded" => text(fold(program, values)),
        "gradient" => text(gradient(program, values)),
        "folded gradient" => text(folded_gradient(program, values)),
        "plan" => planned(&program, Mode::Fused)?,
        "naive plan" => planned(&program, Mode::Naive)?,
        "plan of the gradient" => planned(&folded_gradient(program, values).0, Mode::Fused)?,
        "error" => return Err("expected an error, but the text is a program".to_owned()),
        _ => return Err(format!("nothing becomes `{what}`")),
    })
}

fn text((program, values): (Program, Values)) -> String {
    print_with_values(&program, &values)
}

/// The sum of the terms and its gradient, and nothing else.
pub fn gradient(mut program: Program, values: Values) -> (Program, Values) {
    program.outputs.clear();
    differentiate(program, values)
}

/// As the compiler makes it before it plans.
pub fn folded_gradient(program: Program, values: Values) -> (Program, Values) {
    let (program, values) = gradient(program, values);
    fold(program, values)
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
