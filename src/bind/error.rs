//! Mismatches between a model and its data, in sentences.

use crate::base::{Diagnostic, Span};

pub fn column_not_found(
    name: &str,
    declared: Span,
    places: &[(Span, String)],
    near: Option<&str>,
    searched: &str,
) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(
        "E0301",
        format!("{} `{name}` not found", if places.is_empty() { "entry" } else { "column" }),
    );
    for (span, columns) in places {
        diagnostic = diagnostic.at(*span, format!("columns here: {columns}"));
    }
    diagnostic = diagnostic.at(
        declared,
        format!("needs {} `{name}`", if places.is_empty() { "an entry" } else { "a column" }),
    );
    if places.is_empty() {
        diagnostic = diagnostic.because(format!("searched: {searched}"));
    }
    match near {
        Some(near) => diagnostic.try_this(format!(
            "did you mean `{near}`? Rename the column, or write `from \
                \"{near}\"` behind the declaration"
        )),
        None => diagnostic.try_this(
            "give a file that holds it, or name another column by `from \
            \"...\"` behind the declaration",
        ),
    }
}

pub fn single_not_found(name: &str, declared: Span, searched: &str) -> Diagnostic {
    Diagnostic::error("E0301", format!("`{name}` not found"))
        .at(declared, "a single value, which no column can hold")
        .because(format!("searched: {searched}"))
        .try_this(format!("give it in a JSON file, such as scalars.json with {{\"{name}\": 3}}"))
}

pub fn in_two_files(
    name: &str,
    first: (Span, &str),
    second: (Span, &str),
    declared: Span,
) -> Diagnostic {
    Diagnostic::error("E0322", format!("`{name}` is in two files"))
        .at(second.0, format!("in {}", second.1))
        .at(first.0, format!("and in {}", first.1))
        .at(declared, "one of them, but which?")
        .try_this("leave one of the files out, or rename one of the two")
}

pub fn size_of_unknown_plate(name: &str, near: Option<&str>, known: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "E0320",
        format!("a size is given for the plate `{name}`, which the model does not have"),
    )
    .because(format!("plates: {known}"));
    match near {
        Some(near) => diagnostic.try_this(format!("did you mean `{near}`?")),
        None => diagnostic,
    }
}

pub fn size_contradicted(name: &str, given: usize, found: usize, declared: Span) -> Diagnostic {
    Diagnostic::error(
        "E0321",
        format!("--size gives the plate `{name}` {given} elements, but it has {found}"),
    )
    .at(declared, format!("{found} elements, from the model or the data"))
    .try_this(format!(
        "leave --size {name}={given} out: it is for plates whose size nothing else tells"
    ))
}

pub fn too_large(name: &str, elements: f64, limit: usize, declared: Span) -> Diagnostic {
    Diagnostic::error(
        "E0323",
        format!("`{name}` would have {elements} elements, and the most is {limit}"),
    )
    .at(declared, "too large for memory")
}

pub fn no_data(name: &str, declared: Span) -> Diagnostic {
    Diagnostic::error("E0302", format!("no data for `{name}`"))
        .at(declared, "must come from a data file")
        .try_this("give the data files after the model, as in `model.pgm data.csv`")
}

pub fn plate_size_unknown(plate: &str, declared: Span, simulate: bool) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("E0303", format!("the size of the plate `{plate}` is not known"))
            .at(declared, "no data variable over it was found");
    if simulate {
        diagnostic.try_this(format!("give it: `--size {plate}=100`"))
    } else {
        diagnostic.try_this(format!(
            "give a table for it (`{plate}=file.csv`), or a size in the \
            model (`plate {plate} = 10`)"
        ))
    }
}

pub fn several_plates(plates: &[(String, Span)], file: &str) -> Diagnostic {
    let names: Vec<String> = plates.iter().map(|(name, _)| format!("`{name}`")).collect();
    let mut diagnostic =
        Diagnostic::error("E0304", format!("{file} could be the table of {}", names.join(" or ")));
    for (name, span) in plates {
        diagnostic = diagnostic.at(*span, format!("`{name}` has no size of its own"));
    }
    diagnostic.try_this(format!("name the table by its plate: `{}={file}`", plates[0].0))
}

pub fn unknown_table(plate: &str, file: &str, near: Option<&str>, known: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "E0305",
        format!("{file} is given for the plate `{plate}`, which the model does not have"),
    )
    .because(format!("plates: {known}"));
    match near {
        Some(near) => diagnostic.try_this(format!("did you mean `{near}={file}`?")),
        None => diagnostic,
    }
}

pub fn sizes_differ(
    plate: &str,
    declared: Span,
    first: (usize, Span, &str),
    second: (usize, Span, &str),
) -> Diagnostic {
    Diagnostic::error(
        "E0306",
        format!(
            "the plate `{plate}` has {} elements in one place and {} in another",
            first.0, second.0
        ),
    )
    .at(declared, "one size for all")
    .at(first.1, format!("{}: {} elements", first.2, first.0))
    .at(second.1, format!("{}: {} elements", second.2, second.0))
    .try_this(
        "complete the shorter one, or declare what is over other elements over a plate of its own",
    )
}

pub fn text_in_number(
    name: &str,
    place: &str,
    span: Span,
    text: &str,
    declared: Span,
) -> Diagnostic {
    Diagnostic::error("E0307", format!("`{text}` is not a number"))
        .at(span, format!("{place}: a number is expected"))
        .at(declared, format!("`{name}` is numeric"))
        .try_this(
            "leave the cell empty (or write NA) where the value is missing; for categories \
             declare the variable over a plate of `levels`",
        )
}

pub fn outside(
    name: &str,
    place: &str,
    span: Span,
    value: f64,
    expected: &str,
    declared: Span,
) -> Diagnostic {
    Diagnostic::error("E0308", format!("{value} is outside the support of `{name}`"))
        .at(span, format!("{place}: expected {expected}"))
        .at(declared, "declared here")
        .try_this("correct the value, or declare a type or a distribution that allows it")
}

pub fn not_the_event(
    name: &str,
    place: &str,
    span: Span,
    what: &str,
    asks: (&str, &str),
    declared: Span,
) -> Diagnostic {
    let (expected, remedy) = asks;
    Diagnostic::error("E0324", format!("the values of `{name}` are not of its type: {what}"))
        .at(span, format!("{place}: expected {expected}"))
        .at(declared, "declared here")
        .try_this(remedy)
}

pub fn missing_in_event(
    name: &str,
    place: &str,
    span: Span,
    condition: &str,
    declared: Span,
) -> Diagnostic {
    Diagnostic::error("E0325", format!("a missing value of `{name}`"))
        .at(span, format!("{place} is missing"))
        .at(declared, format!("{condition}: the others say something of one that is missing"))
        .try_this("fill the cell in, or leave the whole row out")
}

pub fn not_whole(name: &str, place: &str, span: Span, value: f64, declared: Span) -> Diagnostic {
    Diagnostic::error("E0309", format!("{value} is not a whole number"))
        .at(span, format!("{place}: `{name}` takes whole numbers"))
        .at(declared, "declared here")
        .try_this("correct the value, or declare a type or a distribution of real numbers")
}

pub fn infinite(name: &str, place: &str, span: Span, declared: Span) -> Diagnostic {
    Diagnostic::error("E0310", format!("an infinite value for `{name}`"))
        .at(span, format!("{place}: must be finite"))
        .at(declared, "declared here")
        .try_this("correct the value; one that is not known is an empty cell or NA")
}

pub fn missing_value(
    name: &str,
    place: &str,
    span: Span,
    declared: Span,
    count: usize,
) -> Diagnostic {
    let others = if count > 1 { format!("; {count} in all") } else { String::new() };
    Diagnostic::error("E0311", format!("a missing value of `{name}`"))
        .at(span, format!("{place} is missing{others}"))
        .at(declared, "given, never modelled")
        .try_this(
            "drop these rows, or model the variable: `observe` it with a distribution, and \
            its missing cells are estimated",
        )
}

/// `distribution`: the combinator that censors the value or gives it a mass at 0.
pub fn missing_mixed(
    name: &str,
    place: &str,
    span: Span,
    distribution: (&str, Span),
    count: usize,
) -> Diagnostic {
    let others = if count > 1 { format!("; {count} in all") } else { String::new() };
    Diagnostic::error(
        "E0343",
        format!("a missing value of `{name}`, which no coordinate can stand for"),
    )
    .at(span, format!("{place} is missing{others}"))
    .at(
        distribution.1,
        format!("by `{}` a value may be known by a range only, or be exactly 0", distribution.0),
    )
    .try_this("drop these rows: they tell nothing")
}

pub fn not_a_level(
    name: &str,
    place: &str,
    span: Span,
    value: &str,
    plate: &str,
    labels: &str,
    declared: Span,
) -> Diagnostic {
    Diagnostic::error("E0312", format!("`{value}` is not an element of `{plate}`"))
        .at(span, format!("{place}: expected {labels}"))
        .at(declared, format!("`{name}` is an index of `{plate}`"))
}

pub fn not_constant(
    name: &str,
    plate: &str,
    level: &str,
    first: (Span, String),
    second: (Span, String),
    declared: Span,
) -> Diagnostic {
    Diagnostic::error("E0313", format!("`{name}` is not constant within `{plate}`"))
        .at(second.0, format!("{} here, for {level}", second.1))
        .at(first.0, format!("{} here, for the same {level}", first.1))
        .at(declared, format!("one value for each element of `{plate}`"))
        .try_this(format!(
            "declare it over the rows, or give a table of its own: `{plate}=file.csv`"
        ))
}

pub fn key_missing(level: &str, plate: &str, file: &str, column: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0314", format!("{file} has no row for `{level}` of `{plate}`"))
        .at(span, format!("the key column `{column}`"))
        .try_this(format!("add a row for `{level}`"))
}

pub fn key_twice(level: &str, plate: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0315", format!("`{level}` of `{plate}` has two rows"))
        .at(span, "again here")
}

pub fn shape(
    name: &str,
    found: &[usize],
    expected: &[usize],
    span: Span,
    declared: Span,
) -> Diagnostic {
    let words = |shape: &[usize]| {
        if shape.is_empty() {
            "a single number".to_owned()
        } else {
            shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ")
        }
    };
    Diagnostic::error(
        "E0316",
        format!("`{name}` has the wrong shape: {} instead of {}", words(found), words(expected)),
    )
    .at(span, words(found))
    .at(declared, format!("needs {}", words(expected)))
}

pub fn levels_column(
    column: &str,
    plate: &str,
    declared: Span,
    places: &[(Span, String)],
    near: Option<&str>,
) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(
        "E0317",
        format!("column `{column}` not found, whose values are the elements of `{plate}`"),
    )
    .at(declared, format!("`levels({column})`"));
    for (span, columns) in places {
        diagnostic = diagnostic.at(*span, format!("columns here: {columns}"));
    }
    match near {
        Some(near) => diagnostic.try_this(format!("did you mean `{near}`?")),
        None => diagnostic,
    }
}

pub fn bad_size(plate: &str, declared: Span, value: f64) -> Diagnostic {
    Diagnostic::error(
        "E0318",
        format!(
            "the size of the plate `{plate}` is {value}, which is no whole number from 0 to {}",
            crate::network::ir::LARGEST_PLATE
        ),
    )
    .at(declared, "its size")
}

pub fn size_needs_constant(plate: &str, declared: Span) -> Diagnostic {
    Diagnostic::error(
        "E0319",
        format!("the size of the plate `{plate}` must follow from single numbers in the data"),
    )
    .at(declared, "")
}

pub fn missing_announced(
    name: &str,
    missing: usize,
    total: usize,
    discrete: bool,
    declared: Span,
) -> Diagnostic {
    let fate = if discrete {
        "they are summed out, or left out where nothing depends on them"
    } else {
        "they become hidden variables"
    };
    Diagnostic::note(
        "N0301",
        format!("{missing} of {total} values of `{name}` are missing: {fate}"),
    )
    .at(declared, "")
}

pub fn unused_columns(columns: &[String]) -> Diagnostic {
    Diagnostic::note("N0302", format!("not used: {}", columns.join(", ")))
}
