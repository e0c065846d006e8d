//! Texts → a model, and what a model is asked with its data: bindings and programs.

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

/// A model: its trees (imports first) resolved.
#[derive(Clone, Debug)]
pub struct Model {
    /// The Bayesian network.
    pub network: Network,
    /// What the texts say; the model's own last.
    pub trees: Vec<Tree>,
}

impl Model {
    /// Parses and resolves the model in `source`. `import` gives the text of an imported file by
    /// its path as written, as a source of its own.
    ///
    /// # Errors
    /// All mistakes of the texts, or of the network they make.
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

    fn request<'a>(&'a self, binding: &'a Binding, forms: impl Into<Forms>) -> lower::Request<'a> {
        lower::Request { network: &self.network, binding, forms: forms.into() }
    }

    /// The program of the forward simulation.
    ///
    /// # Errors
    /// What only the data show to be wrong.
    pub fn simulation(&self, binding: &Binding) -> Result<SimulationProgram, Vec<Diagnostic>> {
        lower::simulation(&self.network, binding)
    }

    /// The program of the log density, its discrete variables still open.
    ///
    /// # Errors
    /// What only the data show to be wrong.
    pub fn open_density(
        &self,
        binding: &Binding,
        scale: Scale,
        forms: impl Into<Forms>,
    ) -> Result<Lowered<DensityProgram>, Vec<Diagnostic>> {
        lower::density(&self.request(binding, forms), scale)
    }

    /// The program of the log density, its discrete variables summed out.
    ///
    /// # Errors
    /// What only the data show to be wrong; discrete variables that cannot be summed out.
    pub fn density(
        &self,
        binding: &Binding,
        scale: Scale,
        forms: impl Into<Forms>,
    ) -> Result<DensityProgram, Vec<Diagnostic>> {
        Ok(summed_out(self.open_density(binding, scale, forms)?)?.density)
    }

    /// The program of the log joint density as summands, its discrete variables still open.
    ///
    /// # Errors
    /// What only the data show to be wrong.
    pub fn open_joint(
        &self,
        binding: &Binding,
        scale: Scale,
        forms: impl Into<Forms>,
    ) -> Result<Lowered<JointProgram>, Vec<Diagnostic>> {
        lower::joint(&self.request(binding, forms), scale)
    }

    /// The joint density whose hidden variables are to be integrated out: its discrete variables
    /// summed out, or otherwise real ones integrated out beforehand where that is exact.
    ///
    /// # Errors
    /// What only the data show to be wrong; discrete variables that cannot be summed out.
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
            // The posterior of discrete variables is computed at values of all hidden ones: none of
            // these may be integrated out beforehand.
            Lowered::Open(open) => {
                let joint = elimination::eliminate(open.clone(), Query::default())?.joint;
                Ok(JointModel { integrand: joint.into(), open: Some(Arc::new(open)) })
            }
        }
    }
}

/// A model whose hidden variables are to be integrated out.
pub struct JointModel {
    /// The density, its discrete variables summed out.
    pub integrand: Integrand,
    /// The density that has its discrete variables still open, where it has some: what is known of
    /// them is computed from it.
    pub open: Option<Arc<OpenProgram>>,
}

/// A density whose discrete variables are summed out, and how.
pub struct SummedOut {
    /// The density.
    pub density: DensityProgram,
    /// The steps, in order; none where it had no discrete variables.
    pub steps: Vec<Step>,
}

/// Sums the discrete variables of a density out.
///
/// # Errors
/// Where that would take too long.
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
