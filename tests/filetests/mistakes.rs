//! What is no plan: the line, and what should stand there.

use pgmc::plan::{self, Mode};
use pgmc::program::parse;

const PROGRAM: &str = "\
axes
  rows = 100
arrays
  d0 y[rows]: real = 0.5 …
nodes
  n0[rows] = data d0 y
  n1[rows] = slot 0..100
  n2[rows] = multiply n0 n1
  n3 = sum[rows] n2
outputs
  value: n3
";

const PLAN: &str = "\
fused, 1 outputs, 0 cells of scratch
b0: real [] 100 = unknowns
b1: real [rows] 100 = data d0 y
b2: real [] 1 = output 0 of n3
c0: real
level 0, along rows: n3
  v0 = 0.0
  c0 := v0
  for v1 in rows 100, 2 side by side
    v2 = b1[v1]
    v3 = b0[v1]
    v4 = multiply(v2, v3)
    c0 += v4
  v5 = c0
  b2[0] := v5
";

#[test]
fn of_a_plan() {
    let program = parse(PROGRAM).expect("a program").program;
    assert_eq!(plan::print(&plan::plan(&program, Mode::Fused), &program), PLAN);
    let mistakes = [
        (
            "fused",
            "fast",
            "line 1: expected `fused` or `naive`, found `fast, 1 outputs, 0 cells of \
          scratch`",
        ),
        ("data d0 y", "data d1 y", "line 3: expected an array that there is, found `data d1 y`"),
        ("of n3", "of n4", "line 4: expected a node that there is, found `n4`"),
        (
            "c0: real",
            "c0: number",
            "line 5: expected `real`, `bool` or `index` and an axis, found \
          `number`",
        ),
        (
            "along rows",
            "along columns",
            "line 6: expected the name of an axis, found `columns: n3`",
        ),
        (
            "  c0 := v0",
            "    c0 := v0",
            "line 8: expected a line that begins where others do, found \
          `c0 := v0`",
        ),
        ("b1[v1]", "b7[v1]", "line 10: expected a buffer that there is, found `b7[v1]`"),
        ("b0[v1]", "b0[w1]", "line 11: expected a position, found `w1]`"),
        ("multiply", "times", "line 12: expected an operation, found `times(v2, v3)`"),
        ("c0 += v4", "c0 -= v4", "line 13: expected ` := `, ` += ` or ` max= `, found ` -= v4`"),
        ("v5 = c0", "v6 = c0", "line 14: expected `v5`, found `v6 = c0`"),
        (":= v5", ":= v6", "line 15: expected a value that is set before, found `v6`"),
    ];
    for (right, wrong, expected) in mistakes {
        assert!(PLAN.contains(right), "{right}");
        let error = plan::parse(&PLAN.replacen(right, wrong, 1), &program).expect_err(wrong);
        assert_eq!(error.to_string(), expected);
    }
}
