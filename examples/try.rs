//! Scratch: network and program of a model.
use pgmc::base::Sources;
use pgmc::program::{bind, evaluate, lower};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let mut sources = Sources::new();
    let text = std::fs::read_to_string(&args[1]).unwrap();
    let source = sources.add(&args[1], text);
    fn show<T>(d: Vec<pgmc::base::Diagnostic>, sources: &Sources) -> T { for d in d { println!("{}: {} {:?} {:?}", d.code, d.message, d.labels.iter().map(|l| (sources.line_column(l.span), sources.slice(l.span).to_owned(), l.text.clone())).collect::<Vec<_>>(), d.help); } std::process::exit(1) }
    let tree = match pgmc::syntax::parse(&sources, source) { Ok(t) => t, Err(e) => show(e, &sources) };
    let network = match pgmc::network::build(&[tree], &mut sources) { Ok(t) => t, Err(e) => show(e, &sources) };
    let mut files = vec![];
    for a in &args[2..] { if a.starts_with("--") {continue;} let (plate, path) = match a.split_once('=') { Some((p, f)) => (Some(p), f), None => (None, a.as_str()) }; files.push(match pgmc::data::read(&mut sources, path, plate, std::fs::read(path).unwrap()) { Ok(f) => f, Err(e) => show(e, &sources) }); }
    if files.is_empty() { println!("{:?}", network.order); return; }
    let b = match bind::bind(&bind::Request { network: &network, files: &files, sizes: &[], purpose: bind::Purpose::Fit }, &sources) { Ok(t) => t, Err(e) => show(e, &sources) };
    let l = match lower::lower(&lower::Request { network: &network, binding: &b, question: lower::Question::Density { jacobian: true }, form: lower::Form::Auto }) { Ok(t) => t, Err(e) => show(e, &sources) };
    let (p, v) = pgmc::program::fold(l.program, l.values);
    if args.iter().any(|a| a == "--print") { println!("{}", pgmc::program::print(&p)); }
    if let Err(e) = pgmc::program::check(&p) { println!("CHECK {e:?}"); }
    println!("{} slots {} nodes {} forms {:?}", args[1], p.slots, p.nodes.len(), l.forms);
    let q: Vec<f64> = (0..p.slots).map(|i| 0.1 + 0.01 * i as f64).collect();
    let mut p2 = p.clone(); p2.outputs.clear();
    for t in &p.terms { p2.outputs.push(pgmc::program::Output { role: pgmc::program::OutputRole::Term, name: t.name.clone(), node: t.node }); }
    let out = evaluate(&p2, &v, &q, 0);
    for (t, o) in p.terms.iter().zip(out) { println!("  {} {:?}", t.name, o); }
}
