//! Plate diagrams: DOT as expected, SVG well formed, boxes around their nodes and nothing on
//! anything.

use std::path::{Path, PathBuf};

use pgmc::base::{Diagnostic, Sources};
use pgmc::network::diagram::{
    Diagram, Edge, Kind, Node, Placed, PlateBox, Point, dot, layout, svg,
};
use pgmc::pipeline::Model;

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models")
}

fn diagram(path: &Path) -> Diagram {
    let mut sources = Sources::new();
    let source = sources.add(path.display().to_string(), std::fs::read_to_string(path).unwrap());
    let mut none = |_: &mut Sources, _: &str, _| Err(Diagnostic::error("E0501", "no imports here"));
    match Model::parse(&mut sources, source, &mut none) {
        Ok(model) => Diagram::new(&model.network),
        Err(errors) => panic!("{}: {errors:?}", path.display()),
    }
}

fn named(name: &str) -> Diagram {
    diagram(&models().join(name).join("model.pgm"))
}

/// Every model of the repository.
fn all() -> Vec<(String, Diagram)> {
    let folders = std::fs::read_dir(models())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir());
    let files = folders
        .flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    let mut paths: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|e| e == "pgm")).collect();
    paths.sort();
    assert!(paths.len() > 50);
    paths.iter().map(|path| (path.display().to_string(), diagram(path))).collect()
}

/// A diagram with what no model here has: boxes in boxes, a factor, uses back and forth along a
/// plate, a name that XML must escape.
fn made() -> Diagram {
    let node = |name: &str, kind, plates: &[usize]| Node {
        name: name.into(),
        kind,
        plates: plates.to_vec(),
    };
    let nodes = vec![
        node("x", Kind::Input, &[0, 1]),
        node("a", Kind::Unknown, &[0]),
        node("b", Kind::Unknown, &[1]),
        node("c", Kind::Computed, &[0, 1]),
        node("d", Kind::Observed, &[0, 1, 2]),
        node("e<\"&>", Kind::Factor, &[]),
    ];
    let edge = |(from, to)| Edge { from, to };
    let edges = [(0, 3), (1, 1), (1, 3), (2, 3), (3, 1), (3, 4), (4, 5)].map(edge).to_vec();
    Diagram { plates: ["p", "q", "r"].map(String::from).to_vec(), nodes, edges }
}

#[test]
fn dot_shows_plates_roles_and_uses() {
    for name in ["eight_schools", "growth", "nile"] {
        insta::with_settings!({ snapshot_path => "snapshots/diagrams", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, dot(&named(name)));
        });
    }
}

#[test]
fn dot_nests_plates_and_escapes_names() {
    let text = dot(&made());
    let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("no {what} in\n{text}"));
    assert!(
        place("label=\"p\"") < place("label=\"p × q\"")
            && place("label=\"p × q\"") < place("label=\"p × q × r\"")
    );
    assert!(text.contains("\"e<\\\"&>\" [shape=box"));
    assert!(text.contains("\"c\" -> \"a\" [style=dashed"));
    assert_eq!(text.matches('{').count(), text.matches('}').count());
}

/// Opening and closing tags match, and text holds no loose `&`.
fn assert_well_formed(text: &str, name: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in text.split('<').skip(1) {
        let (tag, rest) = piece.split_once('>').unwrap_or_else(|| panic!("{name}: <{piece}"));
        assert!(!rest.contains('>'), "{name}: {rest}");
        let word = tag.split_whitespace().next().unwrap();
        if let Some(closed) = word.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{name}");
        } else if !tag.ends_with('/') {
            open.push(word);
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{name}: {tag}");
    }
    assert!(open.is_empty(), "{name}: {open:?}");
    let entities = ["&amp;", "&lt;", "&gt;", "&quot;"];
    assert_eq!(
        text.matches('&').count(),
        entities.iter().map(|e| text.matches(e).count()).sum::<usize>(),
        "{name}"
    );
}

#[test]
fn svg_is_well_formed_and_names_every_variable() {
    for (name, diagram) in all() {
        let text = svg(&diagram);
        assert_well_formed(&text, &name);
        assert!(!text.contains("NaN") && !text.contains("inf"), "{name}");
        for node in &diagram.nodes {
            assert!(text.contains(&format!(">{}</text>", node.name)), "{name}: {}", node.name);
        }
    }
    let text = svg(&made());
    assert_well_formed(&text, "made");
    assert!(text.contains(">e&lt;&quot;&amp;&gt;</text>"));
}

/// Left, top, right, bottom.
type Sides = [f64; 4];

fn of_node(node: &Placed) -> Sides {
    let (c, w, h) = (node.centre, node.half_width, node.half_height);
    [c.x - w, c.y - h, c.x + w, c.y + h]
}

fn of_box(plate: &PlateBox) -> Sides {
    [plate.corner.x, plate.corner.y, plate.opposite.x, plate.opposite.y]
}

fn apart(a: Sides, b: Sides) -> bool {
    a[2] < b[0] || b[2] < a[0] || a[3] < b[1] || b[3] < a[1]
}

fn within(a: Sides, b: Sides) -> bool {
    a[0] > b[0] && a[1] > b[1] && a[2] < b[2] && a[3] < b[3]
}

fn assert_tidy(name: &str, diagram: &Diagram) {
    let layout = layout(diagram);
    let page = [0.0, 0.0, layout.width, layout.height];
    for (index, node) in layout.nodes.iter().enumerate() {
        let own = of_node(node);
        assert!(within(own, page), "{name}: {}", diagram.nodes[index].name);
        for other in &layout.nodes[..index] {
            assert!(apart(own, of_node(other)), "{name}: {}", diagram.nodes[index].name);
        }
        for plate in &layout.boxes {
            let inside = plate.nodes.contains(&index);
            let kept = if inside { within(own, of_box(plate)) } else { apart(own, of_box(plate)) };
            assert!(kept, "{name}: {} and the box {}", diagram.nodes[index].name, plate.label);
        }
    }
    for (index, plate) in layout.boxes.iter().enumerate() {
        for other in &layout.boxes[..index] {
            assert!(
                apart(of_box(plate), of_box(other)) || within(of_box(plate), of_box(other)),
                "{name}: {}, {}",
                plate.label,
                other.label
            );
        }
        let members = (0..diagram.nodes.len()).filter(|n| plate.nodes.contains(n));
        let plates = plate.label.split(" × ").collect::<Vec<_>>();
        for node in members {
            let own: Vec<&str> =
                diagram.nodes[node].plates.iter().map(|p| diagram.plates[*p].as_str()).collect();
            assert!(plates.iter().all(|p| own.contains(p)), "{name}: {}", diagram.nodes[node].name);
        }
    }
}

/// The point of a cubic Bézier curve, by Bernstein's polynomials.
fn on_curve(curve: &[Point; 4], t: f64) -> Sides {
    let weights =
        [(1.0 - t).powi(3), 3.0 * t * (1.0 - t).powi(2), 3.0 * t.powi(2) * (1.0 - t), t.powi(3)];
    let sum = |of: fn(&Point) -> f64| {
        curve.iter().zip(weights).map(|(point, weight)| weight * of(point)).sum::<f64>()
    };
    let (x, y) = (sum(|p| p.x), sum(|p| p.y));
    [x, y, x, y]
}

#[test]
fn arrows_meet_only_what_they_join() {
    for (name, diagram) in all() {
        let layout = layout(&diagram);
        for (edge, arrow) in diagram.edges.iter().zip(&layout.arrows) {
            for node in
                (0..layout.nodes.len()).filter(|node| *node != edge.from && *node != edge.to)
            {
                let free = |step| {
                    apart(
                        on_curve(&arrow.curve, f64::from(step) / 60.0),
                        of_node(&layout.nodes[node]),
                    )
                };
                assert!((0..=60).all(free), "{name}: {edge:?} over {}", diagram.nodes[node].name);
            }
        }
    }
}

#[test]
fn boxes_hold_their_nodes_and_nothing_overlaps() {
    for (name, diagram) in all() {
        assert_tidy(&name, &diagram);
    }
    assert_tidy("made", &made());
}
