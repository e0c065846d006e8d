//! Parses texts into a model, and gives its bindings and programs for data.

use std::sync::Arc;

use crate::base::{Diagnostic, SourceId, Sources, Span};
use crate::bind::{self, Binding, Purpose};
use crate::data::DataFile;
use crate::elimination::{self, Eliminated, Query, Step};
use crate::lower::{
    self, DensityProgram, Form, Forms, JointProgram, Lowered, OpenProgram, Scale, SimulationProgram,
};
use crate::marginal::structure::Integrand;
use crate::network::{self, Network};
use crate::syntax::tree::Tree;
use crate::{marginal, syntax};

/// A model: its trees (imports first), resolved.
#[derive(Clone, Debug)]
pub struct Model {
    /// The Bayesian network.
    pub network: Network,
    /// The parsed texts; the model's own comes last.
    pub trees: Vec<Tree>,
}

impl Model {
    /// Parses and resolves the model in `source`. `import` loads the text of an imported file,
    /// given its path as written, as a new source.
    ///
    /// # Errors
    /// All mistakes in the texts or in the network they describe.
    pub fn parse(
        sources: &mut Sources,
        source: SourceId,
        import: &mut Import,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut trees = Vec::new();
        let mut seen = Vec::new();
        collect(sources, source, import, &mut trees, &mut seen)?;
        let network = network::build(&trees, sources)?;
        Ok(Self { network, trees })
    }

    /// Matches data files to the model.
    ///
    /// # Errors
    /// Every mismatch, with both locations.
    pub fn bind(
        &self,
        files: &[DataFile],
        sizes: &[(String, usize)],
        purpose: Purpose,
        sources: &Sources,
    ) -> Result<Binding, Vec<Diagnostic>> {
        bind::bind(&bind::Request { network: &self.network, files, sizes, purpose }, sources)
    }

    fn request<'a>(&'a self, binding: &'a Binding, forms: impl Into<Forms>) -> lower::Request<'a> {
        lower::Request { network: &self.network, binding, forms: forms.into() }
    }

    /// The program of the forward simulation.
    ///
    /// # Errors
    /// Problems that show only with the data.
    pub fn simulation(&self, binding: &Binding) -> Result<SimulationProgram, Vec<Diagnostic>> {
        lower::simulation(&self.network, binding)
    }

    /// The program of the log density, before discrete variables are summed out.
    ///
    /// # Errors
    /// Problems that show only with the data.
    pub fn open_density(
        &self,
        binding: &Binding,
        scale: Scale,
        forms: impl Into<Forms>,
    ) -> Result<Lowered<DensityProgram>, Vec<Diagnostic>> {
        lower::density(&self.request(binding, forms), scale)
    }

    /// The program of the log density, with discrete variables summed out.
    ///
    /// # Errors
    /// Problems that show only with the data; discrete variables that cannot be summed out.
    pub fn density(
        &self,
        binding: &Binding,
        scale: Scale,
        forms: impl Into<Forms>,
    ) -> Result<DensityProgram, Vec<Diagnostic>> {
        Ok(summed_out(self.open_density(binding, scale, forms)?)?.density)
    }

    /// The program of the log joint density as summands, before discrete variables are summed out.
    ///
    /// # Errors
    /// Problems that show only with the data.
    pub fn open_joint(
        &self,
        binding: &Binding,
        scale: Scale,
        forms: impl Into<Forms>,
    ) -> Result<Lowered<JointProgram>, Vec<Diagnostic>> {
        lower::joint(&self.request(binding, forms), scale)
    }

    /// The joint density whose hidden variables are to be integrated out: with discrete variables
    /// summed out or, if there are none, with real ones already integrated out where that is exact.
    ///
    /// # Errors
    /// Problems that show only with the data; discrete variables that cannot be summed out.
    pub fn integrand(
        &self,
        binding: &Binding,
        scale: Scale,
        form: Form,
    ) -> Result<JointModel, Vec<Diagnostic>> {
        match self.open_joint(binding, scale, form)? {
            Lowered::Closed(joint) => {
                Ok(JointModel { integrand: marginal::collapse(joint), open: None })
            }
            // The posterior of discrete variables is computed from values of all hidden variables,
            // so none of these may be integrated out beforehand.
            Lowered::Open(open) => {
                let joint = elimination::eliminate(open.clone(), Query::default())?.joint;
                Ok(JointModel { integrand: joint.into(), open: Some(Arc::new(open)) })
            }
        }
    }
}

/// A model whose hidden variables are to be integrated out.
pub struct JointModel {
    /// The density, with discrete variables summed out.
    pub integrand: Integrand,
    /// The density before its discrete variables are summed out, if it has any: used to recover
    /// them.
    pub open: Option<Arc<OpenProgram>>,
}

/// A density whose discrete variables are summed out, with the steps taken.
pub struct SummedOut {
    /// The density.
    pub density: DensityProgram,
    /// The steps, in order; empty if there were no discrete variables.
    pub steps: Vec<Step>,
}

/// Sums out the discrete variables of a density.
///
/// # Errors
/// If that would take too long.
pub fn summed_out(lowered: Lowered<DensityProgram>) -> Result<SummedOut, Vec<Diagnostic>> {
    match lowered {
        Lowered::Closed(density) => Ok(SummedOut { density, steps: Vec::new() }),
        Lowered::Open(open) => {
            let Eliminated { joint, steps } = elimination::eliminate(open, Query::default())?;
            Ok(SummedOut { density: joint.total(), steps })
        }
    }
}

/// Reads an imported file.
pub type Import<'a> = dyn FnMut(&mut Sources, &str, Span) -> Result<SourceId, Diagnostic> + 'a;

/// An [`Import`] for models that stand alone.
///
/// # Errors
/// Always: there is nothing to import from.
pub fn no_imports(_: &mut Sources, path: &str, span: Span) -> Result<SourceId, Diagnostic> {
    let message = format!("{path} cannot be imported: this model has to stand alone");
    Err(Diagnostic::error("E0513", message).at(span, "imported here"))
}

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
            let imported =
                import(sources, &wanted.path.text, wanted.path.span).map_err(|d| vec![d])?;
            collect(sources, imported, import, trees, seen)?;
        }
    }
    trees.push(tree);
    Ok(())
}
