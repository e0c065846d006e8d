//! The stages, a line each: from texts and data files to a density that samplers can run, or to simulated data.

mod states;

use std::sync::Arc;

pub use states::{StateVariable, States};

use crate::base::{Diagnostic, SourceId, Sources};
use crate::data::DataFile;
use crate::density::{LogDensity, hessian_by_differences};
use crate::elimination::{self, Eliminated};
use crate::engine::{Engine, Scratch};
use crate::integration::{Marginal, Rule};
use crate::network::Network;
use crate::program::bind::{self, Binding, Purpose};
use crate::program::builder::Builder;
use crate::program::lower::{self, Form, FormChoice, Forms, Layout, Question};
use crate::program::{Output, OutputRole, Program, Values, evaluate, fold};
use crate::syntax::tree::Tree;
use crate::{gradient, joint, network, plan, syntax};

/// A model: its trees (imports first) resolved.
#[derive(Clone, Debug)]
pub struct Model {
    /// The Bayesian network.
    pub network: Network,
    /// What the texts say; the model's own last.
    pub trees: Vec<Tree>,
}

impl Model {
    /// Parses and resolves the model in `source`. `import` gives the text of an imported file by its path as written, as a source of its own.
    ///
    /// # Errors
    /// All mistakes of the texts, or of the network they make.
    pub fn parse(sources: &mut Sources, source: SourceId, import: &mut Import) -> Result<Self, Vec<Diagnostic>> {
        let mut trees = Vec::new();
        let mut seen = Vec::new();
        collect(sources, source, import, &mut trees, &mut seen)?;
        let network = network::build(&trees, sources)?;
        Ok(Self { network, trees })
    }

    /// Matches data files with the model.
    ///
    /// # Errors
    /// Every mismatch, with both places.
    pub fn bind(
        &self,
        files: &[DataFile],
        sizes: &[(String, usize)],
        purpose: Purpose,
        sources: &Sources,
    ) -> Result<Binding, Vec<Diagnostic>> {
        bind::bind(&bind::Request { network: &self.network, files, sizes, purpose }, sources)
    }

    /// The program of a question, its discrete variables still open.
    ///
    /// # Errors
    /// What only the data show to be wrong.
    pub fn lowered(&self, binding: &Binding, question: Question, forms: impl Into<Forms>) -> Result<lower::Lowered, Vec<Diagnostic>> {
        lower::lower(&lower::Request { network: &self.network, binding, question, forms: forms.into() })
    }

    /// The program of a question, its discrete variables summed out.
    ///
    /// # Errors
    /// What only the data show to be wrong; discrete variables that cannot be summed out.
    pub fn program(&self, binding: &Binding, question: Question, forms: impl Into<Forms>) -> Result<lower::Lowered, Vec<Diagnostic>> {
        Ok(summed_out(self.lowered(binding, question, forms)?, question)?.lowered)
    }

    /// The joint density whose hidden variables are to be integrated out: its discrete variables summed out, or otherwise real ones integrated
    /// out beforehand where that is exact; with the model as it was, where it has discrete variables.
    ///
    /// # Errors
    /// What only the data show to be wrong; discrete variables that cannot be summed out.
    pub fn joint(&self, binding: &Binding, jacobian: bool, form: Form) -> Result<JointProgram, Vec<Diagnostic>> {
        let question = Question::Joint { jacobian };
        let lowered = self.lowered(binding, question, form)?;
        if lowered.discrete.is_empty() {
            return Ok(JointProgram { lowered: joint::collapse(lowered), open: None });
        }
        // What is told of discrete variables is computed at the hidden ones as they stand: none may be gone.
        let open = Some(Arc::new(lowered.clone()));
        Ok(JointProgram { lowered: summed_out(lowered, question)?.lowered, open })
    }
}

/// A joint density, and what its discrete variables are told from.
pub struct JointProgram {
    /// The density.
    pub lowered: lower::Lowered,
    /// The model with its discrete variables still open, where it has some.
    pub open: Option<Arc<lower::Lowered>>,
}

/// A lowered model with its discrete variables summed out.
///
/// # Errors
/// Where that would take too long.
pub fn summed_out(lowered: lower::Lowered, question: Question) -> Result<Eliminated, Vec<Diagnostic>> {
    let mut eliminated = elimination::eliminate(lowered, elimination::Query::default())?;
    if !eliminated.lowered.summands.is_empty() && matches!(question, Question::Density { .. }) {
        eliminated.lowered = lower::total(eliminated.lowered);
    }
    Ok(eliminated)
}

/// Reads an imported file.
pub type Import<'a> = dyn FnMut(&mut Sources, &str, crate::base::Span) -> Result<SourceId, Diagnostic> + 'a;

fn collect(
    sources: &mut Sources,
    source: SourceId,
    import: &mut Import,
    trees: &mut Vec<Tree>,
    seen: &mut Vec<String>,
) -> Result<(), Vec<Diagnostic>> {
    let tree = syntax::parse(sources, source)?;
    for declaration in &tree.declarations {
        if let syntax::tree::Declaration::Import(wanted) = declaration
            && !seen.contains(&wanted.path.text)
        {
            seen.push(wanted.path.text.clone());
            let imported = import(sources, &wanted.path.text, wanted.path.span).map_err(|d| vec![d])?;
            collect(sources, imported, import, trees, seen)?;
        }
    }
    trees.push(tree);
    Ok(())
}

/// Everything that a fit runs on.
#[derive(Clone)]
pub struct Compiled<D = Density> {
    /// The density; clones share the code.
    pub density: D,
    /// The program before differentiation, to search a −∞ or NaN in.
    pub program: Arc<(Program, Values)>,
    /// The results' variables.
    pub layouts: Vec<Layout>,
    /// How each latent is written.
    pub forms: Vec<FormChoice>,
    /// Which unknown each coordinate of the density belongs to.
    pub coordinates: Vec<String>,
    /// The place of each coordinate of the density among those of the program: all of them, or those that are not integrated out.
    pub places: Vec<usize>,
    /// The model with its discrete variables still open, where it has some.
    pub open: Option<Arc<lower::Lowered>>,
}

/// A program's two halves: the log density with its gradient, and the named variables.
pub struct Programs {
    /// Outputs: the value, then the gradient by each slot.
    pub gradient: (Program, Values),
    /// Outputs: the variables.
    pub variables: (Program, Values),
}

/// Differentiates a lowered density, and keeps its variables as a program of their own.
#[must_use]
pub fn programs(lowered: &lower::Lowered) -> Programs {
    let (program, values) = (lowered.program.clone(), lowered.values.clone());
    let mut density = program.clone();
    density.outputs.clear();
    let (density, density_values) = gradient::differentiate(density, values.clone());
    let gradient = fold(density, density_values);
    let mut variables = program;
    variables.terms.clear();
    Programs { gradient, variables: fold(variables, values) }
}

impl<D> Compiled<D> {
    /// The coordinates of the program from those of the density; 0 for what is integrated out.
    #[must_use]
    pub fn whole(&self, q: &[f64]) -> Vec<f64> {
        let mut whole = vec![0.0; self.program.0.slots];
        self.places.iter().zip(q).for_each(|(&place, &value)| whole[place] = value);
        whole
    }

    /// The terms of the log density at `q`, by the interpreter: name and value.
    #[must_use]
    pub fn terms(&self, q: &[f64]) -> Vec<(String, f64)> {
        let q = &self.whole(q);
        let (program, values) = &*self.program;
        let mut terms = program.clone();
        terms.outputs.clear();
        for term in &program.terms {
            terms.outputs.push(Output { role: OutputRole::Term, name: term.name.clone(), node: term.node });
        }
        let results = evaluate(&terms, values, q, 0);
        program.terms.iter().zip(results).map(|(term, value)| (term.name.clone(), value[0])).collect()
    }
}

impl Compiled {
    /// The model with its discrete variables still open, where all that is unknown is discrete.
    #[must_use]
    pub fn only_discrete(&self) -> Option<Arc<lower::Lowered>> {
        self.open.clone().filter(|_| self.density.dim() == 0)
    }

    /// Location and scale of each latent's distribution at a point, by the interpreter: an element a coordinate; none where its form holds none.
    #[must_use]
    pub fn distributions(&self, q: &[f64]) -> Vec<Option<(Vec<f64>, Vec<f64>)>> {
        let (program, values) = &*self.program;
        let mut builder = Builder::resume(program.clone(), values.clone());
        let mut outputs = Vec::new();
        for distribution in self.forms.iter().filter_map(|f| f.distribution.as_ref()) {
            for (name, node) in [("location", distribution.location), ("scale", distribution.scale)] {
                let node = builder.expand(node, &distribution.axes);
                outputs.push(Output { role: OutputRole::Variable, name: name.to_owned(), node });
            }
        }
        let (mut program, values) = builder.finish();
        program.outputs = outputs;
        let mut found = evaluate(&program, &values, q, 0).into_iter();
        let mut next = |_| found.next().zip(found.next());
        self.forms.iter().map(|f| f.distribution.as_ref().and_then(&mut next)).collect()
    }

    /// Compiles the product of Hessian and direction too, so that the density has it exactly.
    ///
    /// # Errors
    /// Where there is no machine code to be had on this machine.
    pub fn with_hessian(&mut self) -> Result<(), String> {
        let (program, values) = &*self.program;
        let mut density = program.clone();
        density.outputs.clear();
        let (density, values) = gradient::differentiate(density, values.clone());
        let (density, values) = gradient::hessian_vector(density, values);
        let (density, values) = fold(density, values);
        let engine = Engine::new(&plan::plan(&density, plan::Mode::Fused), &density, &values)?;
        self.density.hessian = Some(Hessian { scratch: engine.scratch(), engine: Arc::new(engine) });
        Ok(())
    }
}

/// Compiles a lowered density.
///
/// # Errors
/// Where there is no machine code to be had on this machine.
pub fn compile(lowered: lower::Lowered) -> Result<Compiled, String> {
    let Programs { gradient, variables } = programs(&lowered);
    let density = Density::new(&gradient, &variables, &lowered.layouts)?;
    Ok(Compiled {
        density,
        program: Arc::new((lowered.program, lowered.values)),
        layouts: lowered.layouts,
        forms: lowered.forms,
        places: (0..lowered.coordinates.len()).collect(),
        coordinates: lowered.coordinates,
        open: None,
    })
}

/// Compiles a lowered density after its discrete variables were summed out.
///
/// # Errors
/// Discrete variables that cannot be summed out; where there is no machine code to be had on this machine.
pub fn compile_open(open: lower::Lowered, question: Question) -> Result<Compiled, Vec<Diagnostic>> {
    let kept = (!open.discrete.is_empty()).then(|| Arc::new(open.clone()));
    let eliminated = summed_out(open, question)?;
    let compiled = compile(eliminated.lowered).map_err(|message| vec![Diagnostic::error("E0401", message)])?;
    Ok(Compiled { open: kept, ..compiled })
}

/// Points of hidden variables that are looked at together: enough to share what does not depend on them, few enough to stay near the processor.
const TOGETHER: usize = 16;

/// Compiles a lowered joint density, its hidden variables to be integrated out by a rule that `choose` picks for their structure.
///
/// # Errors
/// Where too many hidden variables meet, where `choose` finds no rule, or where there is no machine code to be had.
pub fn compile_joint<E>(
    lowered: lower::Lowered,
    fail: impl Fn(joint::Failure) -> E,
    choose: impl FnOnce(&joint::Compiled) -> Result<Rule, E>,
) -> Result<(Compiled<Marginal<joint::Joint>>, joint::Compiled), E> {
    let mut compiled = joint::compile(&lowered).map_err(&fail)?;
    let rule = choose(&compiled)?;
    let points = rule.points(&compiled.structure);
    if points > 1 {
        let slopes = !matches!(rule, Rule::Prior { .. });
        // A last group that is not full costs as much as a full one, and finer rules have more groups.
        let together = if points > TOGETHER / 2 { TOGETHER } else { points };
        compiled = compiled.with_points(&lowered, together, slopes).map_err(&fail)?;
    }
    if rule.is_one_mean(&compiled.structure) {
        compiled = compiled.with_mean(&lowered, points).map_err(&fail)?;
    }
    let density = Marginal::new(compiled.joint.clone(), compiled.structure.clone(), rule);
    let program = joint::whole(&lowered);
    let whole = Compiled {
        density,
        program: Arc::new(program),
        layouts: lowered.layouts,
        forms: lowered.forms,
        coordinates: compiled.structure.parameters.iter().map(|&place| lowered.coordinates[place].clone()).collect(),
        places: compiled.structure.parameters.clone(),
        open: None,
    };
    Ok((whole, compiled))
}

/// The log density of a model with its data.
#[derive(Clone)]
pub struct Density {
    code: Arc<Codes>,
    gradient_scratch: Scratch,
    variables_scratch: Scratch,
    results: Vec<f64>,
    outputs: Vec<f64>,
    hessian: Option<Hessian>,
}

/// Point and direction → gradient and Hessian times direction.
#[derive(Clone)]
struct Hessian {
    engine: Arc<Engine>,
    scratch: Scratch,
}

struct Codes {
    gradient: Engine,
    variables: Engine,
    dim: usize,
    /// For each named element: its position among the outputs.
    positions: Vec<usize>,
}

impl Density {
    fn new(gradient: &(Program, Values), variables: &(Program, Values), layouts: &[Layout]) -> Result<Self, String> {
        let engine = |(program, values): &(Program, Values)| Engine::new(&plan::plan(program, plan::Mode::Fused), program, values);
        let mut positions = Vec::new();
        let mut offset = 0;
        for layout in layouts {
            positions.extend(layout.positions.iter().map(|p| p + offset));
            offset += layout.width;
        }
        let code = Codes { gradient: engine(gradient)?, variables: engine(variables)?, dim: gradient.0.slots, positions };
        let (gradient_scratch, variables_scratch) = (code.gradient.scratch(), code.variables.scratch());
        let results = vec![0.0; 1 + code.dim];
        Ok(Self { code: Arc::new(code), gradient_scratch, variables_scratch, results, outputs: vec![0.0; offset], hessian: None })
    }

    /// Bytes of machine code, of both programs.
    #[must_use]
    pub fn code_size(&self) -> usize {
        self.code.gradient.size() + self.code.variables.size()
    }
}

impl LogDensity for Density {
    fn dim(&self) -> usize {
        self.code.dim
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        self.code.gradient.run(&mut self.gradient_scratch, q, 0, &mut self.results);
        grad.copy_from_slice(&self.results[1..]);
        self.results[0]
    }

    fn constrained_dim(&self) -> usize {
        self.code.positions.len()
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        self.code.variables.run(&mut self.variables_scratch, q, 0, &mut self.outputs);
        for (value, &position) in values.iter_mut().zip(&self.code.positions) {
            *value = self.outputs[position];
        }
    }

    fn hessian_vector(&mut self, q: &[f64], direction: &[f64], product: &mut [f64]) {
        match &mut self.hessian {
            Some(Hessian { engine, scratch }) => {
                let input = [q, direction].concat();
                let mut out = vec![0.0; 2 * q.len()];
                engine.run(scratch, &input, 0, &mut out);
                product.copy_from_slice(&out[q.len()..]);
            }
            None => hessian_by_differences(self, q, direction, product),
        }
    }
}

/// A compiled forward simulation.
pub struct Simulator {
    engine: Engine,
    scratch: Scratch,
    outputs: Vec<f64>,
    positions: Vec<usize>,
    /// The simulated variables.
    pub layouts: Vec<Layout>,
}

impl Simulator {
    /// Compiles a lowered simulation.
    ///
    /// # Errors
    /// Where there is no machine code to be had on this machine.
    pub fn new(lowered: lower::Lowered) -> Result<Self, String> {
        let (program, values) = fold(lowered.program, lowered.values);
        let engine = Engine::new(&plan::plan(&program, plan::Mode::Fused), &program, &values)?;
        let mut positions = Vec::new();
        let mut offset = 0;
        for layout in &lowered.layouts {
            positions.extend(layout.positions.iter().map(|p| p + offset));
            offset += layout.width;
        }
        let scratch = engine.scratch();
        Ok(Self { engine, scratch, outputs: vec![0.0; offset], positions, layouts: lowered.layouts })
    }

    /// One draw of all variables, in the order of the layouts' names.
    pub fn draw(&mut self, seed: u64) -> Vec<f64> {
        self.engine.run(&mut self.scratch, &[], seed, &mut self.outputs);
        self.positions.iter().map(|&p| self.outputs[p]).collect()
    }
}
