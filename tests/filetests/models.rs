//! The models of `models/`: each program and plan says the same once it was printed and read, and a
//! file can begin at a model.

use std::path::Path;

use pgmc::base::{Diagnostic, Id as _, SourceId, Sources, Span};
use pgmc::bind::Purpose;
use pgmc::data;
use pgmc::lower::{Form, Lowered, Question};
use pgmc::pipeline::{Model, programs};
use pgmc::plan::{self, Mode};
use pgmc::program::{Computation, Program, Values, parse, print_with_values};

use super::worked::{Worked, entries, worked};

/// The log density of a model of `models/`. `rows`: so many of each table, from the first one again
/// where it has fewer.
pub fn program(name: &str, rows: Option<usize>) -> Result<Computation, String> {
    let folder = Path::new("models").join(name);
    let worked = worked(&folder, &folder.join("model.pgm"));
    let lowered = lowered(&worked, rows).map_err(|errors| format!("{errors:?}"))?;
    Ok(lowered.computation())
}

/// A table with so many rows.
fn with_rows(bytes: Vec<u8>, rows: Option<usize>) -> Vec<u8> {
    let Some(rows) = rows else { return bytes };
    let text = String::from_utf8(bytes).expect("a table is text");
    let (head, body) = text.split_once('\n').expect("a table has a head");
    let mut table = format!("{head}\n");
    for line in body.lines().cycle().take(rows) {
        table += line;
        table.push('\n');
    }
    table.into_bytes()
}

/// What the compiler makes of a model before it differentiates.
fn lowered(worked: &Worked, rows: Option<usize>) -> Result<Lowered, Vec<Diagnostic>> {
    let read = |path: &Path| {
        std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let mut sources = Sources::new();
    let text = String::from_utf8(read(&worked.model)).expect("a model is text");
    let source = sources.add(worked.model.display().to_string(), text);
    let model = Model::parse(&mut sources, source, &mut |_, path, _| {
        unreachable!("no model imports anything: {path}")
    })?;
    let mut files = Vec::new();
    for argument in &worked.data {
        let (plate, path) = match argument.split_once('=') {
            Some((plate, path)) => (Some(plate), path),
            None => (None, argument.as_str()),
        };
        let bytes = with_rows(read(Path::new(path)), rows);
        files.push(data::read(&mut sources, path, plate, bytes)?);
    }
    let binding = model.bind(&files, &[], Purpose::Fit, &sources)?;
    model.program(&binding, Question::Density { jacobian: true }, Form::Auto)
}

/// A program as it is but for the spans, which no text has.
fn without_spans(mut program: Program) -> Program {
    let nowhere = Span::new(SourceId::from_index(0), 0, 0);
    program.nodes.iter_mut().for_each(|(_, node)| node.span = nowhere);
    program.terms.iter_mut().for_each(|term| term.span = nowhere);
    program
}

fn assert_reads_back(name: &str, program: &Program, values: &Values) {
    let printed = print_with_values(program, values);
    let Computation { program: again, values: again_values } =
        parse(&printed).unwrap_or_else(|error| panic!("{name}: {error}\n{printed}"));
    // The texts of the values, so that NaN is NaN and 0 is not −0.
    let whole = |program: &Program| format!("{:#?}", without_spans(program.clone()));
    let (found, expected) = (whole(&again), whole(program));
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected, "{name}");
    }
    assert_eq!(found.len(), expected.len(), "{name}");
    assert!(format!("{again_values:?}") == format!("{values:?}"), "{name}: values");
    for mode in [Mode::Fused, Mode::Naive] {
        let planned = plan::plan(program, mode);
        let printed = plan::print(&planned, program);
        let again = plan::parse(&printed, program)
            .unwrap_or_else(|error| panic!("{name}, {mode:?}: {error}\n{printed}"));
        assert!(format!("{again:?}") == format!("{planned:?}"), "{name}, {mode:?}:\n{printed}");
    }
}

#[test]
fn programs_and_plans_of_models_read_back() {
    let folders = entries(Path::new("models")).into_iter();
    let models = folders.map(|f| (f.join("model.pgm"), f)).filter(|(model, _)| model.exists());
    let mut count = 0;
    for (model, folder) in models {
        let worked = worked(&folder, &model);
        let lowered = lowered(&worked, None).unwrap_or_else(|e| panic!("{}: {e:?}", worked.name));
        assert_reads_back(&worked.name, &lowered.program, &lowered.values);
        let made = programs(&lowered);
        assert_reads_back(&worked.name, &made.gradient.program, &made.gradient.values);
        assert_reads_back(&worked.name, &made.variables.program, &made.variables.values);
        count += 1;
    }
    assert!(count > 50, "{count} models");
}
