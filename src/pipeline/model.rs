//! Texts → a model, and what a model is asked with its data: bindings and programs.

use std::sync::Arc;

use crate::base::{Diagnostic, SourceId, Sources, Span};
use crate::bind::{self, Binding, Purpose};
use crate::data::DataFile;
use crate::elimination::{self, Eliminated};
use crate::lower::{self, Form, Forms, Question};
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

    /// The program of a question, its discrete variables still open.
    ///
    /// # Errors
    /// What only the data show to be wrong.
    pub fn lowered(
        &self,
        binding: &Binding,
        question: Question,
        forms: impl Into<Forms>,
    ) -> Result<lower::Lowered, Vec<Diagnostic>> {
        lower::lower(&lower::Request {
            network: &self.network,
            binding,
            question,
            forms: forms.into(),
        })
    }

    /// The program of a question, its discrete variables summed out.
    ///
    /// # Errors
    /// What only the data show to be wrong; discrete variables that cannot be summed out.
    pub fn program(
        &self,
        binding: &Binding,
        question: Question,
        forms: impl Into<Forms>,
    ) -> Result<lower::Lowered, Vec<Diagnostic>> {
        Ok(summed_out(self.lowered(binding, question, forms)?, question)?.lowered)
    }

    /// The joint density whose hidden variables are to be integrated out: its discrete variables
    /// summed out, or otherwise real ones integrated out beforehand where that is exact; with the
    /// model as it was, where it has discrete variables.
    ///
    /// # Errors
    /// What only the data show to be wrong; discrete variables that cannot be summed out.
    pub fn joint(
        &self,
        binding: &Binding,
        jacobian: bool,
        form: Form,
    ) -> Result<JointProgram, Vec<Diagnostic>> {
        let question = Question::Joint { jacobian };
        let lowered = self.lowered(binding, question, form)?;
        if lowered.discrete.is_empty() {
            return Ok(JointProgram { lowered: marginal::collapse(lowered), open: None });
        }
        // What is told of discrete variables is computed at the hidden ones as they stand: none may
        // be gone.
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
pub fn summed_out(
    lowered: lower::Lowered,
    question: Question,
) -> Result<Eliminated, Vec<Diagnostic>> {
    let mut eliminated = elimination::eliminate(lowered, elimination::Query::default())?;
    if !eliminated.lowered.summands.is_empty() && matches!(question, Question::Density { .. }) {
        eliminated.lowered = lower::total(eliminated.lowered);
    }
    Ok(eliminated)
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
