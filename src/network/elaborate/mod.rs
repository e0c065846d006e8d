//! Trees → network: names resolved, axes and kinds known, families instantiated.

mod call;
mod clause;
mod combinator;
mod conditional;
mod declare;
mod draw;
mod expression;
mod family;
mod index;
mod linear;
mod list;
mod operator;
mod reduce;
mod require;
mod simplex;
mod support;
mod truncate;
mod types;
mod variable;

use std::collections::HashMap;

use crate::base::{Diagnostic, IdMap, Sources, Span, diagnostic};
use crate::builtins::Builtin;
use crate::network::ir::{
    Axis, AxisId, Expr, ExprId, ExprKind, Network, PlateId, Scalar, VariableId,
};
use crate::network::prove::Claim;
use crate::network::{error, library};
use crate::syntax::{self, tree};

/// An error has been recorded; the rest of this declaration is skipped.
#[derive(Clone, Copy, Debug)]
pub struct Reported;

pub type Elaborated<T> = Result<T, Reported>;

/// The state of elaborating all declarations.
pub struct Elaborator<'a> {
    pub network: Network,
    pub errors: Vec<Diagnostic>,
    sources: &'a mut Sources,
    functions: HashMap<String, &'a tree::Function>,
    families: HashMap<String, FamilyEntry<'a>>,
    plates: HashMap<String, PlateId>,
    names: HashMap<String, VariableId>,
    items: IdMap<VariableId, Item<'a>>,
    plate_trees: Vec<Option<&'a tree::Plate>>,
    occurrences: HashMap<PlateId, u32>,
    calls: Vec<String>,
    /// How deeply the expressions that are being elaborated are nested.
    depth: usize,
    /// Whether an expression became too large; calls are no longer expanded then.
    exhausted: bool,
    /// For each expression, the number of its parts, counting shared ones each time.
    sizes: IdMap<ExprId, u64>,
}

/// More occurrences of a plate than types can give: `c[k] : correlation[k]` has up to four.
const FIRST_FRESH: u32 = 4;

#[derive(Clone)]
enum FamilyEntry<'a> {
    Written(&'a tree::Family),
    Library(std::sync::Arc<tree::Family>),
}

/// The tree of a declared variable, alongside its entry in the network.
#[derive(Clone, Copy)]
struct Item<'a> {
    tree: &'a tree::Variable,
    declarator: usize,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Waiting,
    Working,
    Done,
    Failed,
}

/// What names mean in a context.
#[derive(Clone, Default)]
pub struct Scope {
    /// The plates of the declaration: variables are broadcast over them.
    context: Vec<AxisId>,
    /// The axes of the binders of enclosing reductions.
    bound: Vec<AxisId>,
    /// Names of binders, parameters and `where`, the innermost last.
    locals: Vec<(String, Local)>,
    /// The axes that a family is generic over.
    generics: Vec<(String, AxisId)>,
    /// Whether the variables of the model are visible: not from a function or family.
    globals: bool,
    /// The axes that a list takes in this context, followed by those of the lists inside it.
    list_axes: Vec<AxisId>,
    /// Whether base samplers may be called.
    samplers: bool,
}

#[derive(Clone, Copy)]
enum Local {
    Position(AxisId),
    Value(ExprId),
}

impl<'a> Elaborator<'a> {
    pub fn new(trees: &'a [tree::Tree], sources: &'a mut Sources) -> Self {
        let mut elaborator = Self {
            network: Network::default(),
            errors: Vec::new(),
            sources,
            functions: HashMap::new(),
            families: HashMap::new(),
            plates: HashMap::new(),
            names: HashMap::new(),
            items: IdMap::default(),
            plate_trees: Vec::new(),
            occurrences: HashMap::new(),
            calls: Vec::new(),
            depth: 0,
            exhausted: false,
            sizes: IdMap::default(),
        };
        elaborator.declare_all(trees);
        elaborator
    }

    fn report<T>(&mut self, diagnostic: Diagnostic) -> Elaborated<T> {
        self.errors.push(diagnostic);
        Err(Reported)
    }

    /// Adds an expression over the union of its operands' axes.
    fn push(&mut self, kind: ExprKind, operands: &[ExprId], scalar: Scalar, span: Span) -> ExprId {
        let axes = self.union(operands);
        self.push_over(kind, axes, scalar, span)
    }

    fn push_over(
        &mut self,
        kind: ExprKind,
        axes: Vec<AxisId>,
        scalar: Scalar,
        span: Span,
    ) -> ExprId {
        // Expressions made only for a check have been discarded.
        self.sizes.truncate(self.network.expressions.len());
        let size = kind
            .operands()
            .iter()
            .fold(1, |sum: u64, operand| sum.saturating_add(self.sizes[*operand]));
        self.sizes.push(size);
        self.network.expressions.push(Expr { kind, axes, scalar, span })
    }

    fn number(&mut self, value: f64, span: Span) -> ExprId {
        let scalar =
            if value.fract() == 0.0 && value.is_finite() { Scalar::Integer } else { Scalar::Real };
        self.push(ExprKind::Number(value), &[], scalar, span)
    }

    fn builtin(&mut self, builtin: Builtin, operands: &[ExprId], span: Span) -> ExprId {
        self.push(ExprKind::Call(builtin, operands.to_vec()), operands, Scalar::Real, span)
    }

    fn compare(&mut self, builtin: Builtin, left: ExprId, right: ExprId, span: Span) -> ExprId {
        self.push(ExprKind::Call(builtin, vec![left, right]), &[left, right], Scalar::Bool, span)
    }

    fn position(&mut self, axis: AxisId, span: Span) -> ExprId {
        let plate = self.network.plate_of(axis);
        self.push_over(ExprKind::Position(axis), vec![axis], Scalar::Index(plate), span)
    }

    fn union(&self, operands: &[ExprId]) -> Vec<AxisId> {
        let mut axes: Vec<AxisId> = Vec::new();
        for &operand in operands {
            for &axis in &self.network.expressions[operand].axes {
                if !axes.contains(&axis) {
                    axes.push(axis);
                }
            }
        }
        axes
    }

    fn span(&self, expression: ExprId) -> Span {
        self.network.expressions[expression].span
    }

    fn scalar(&self, expression: ExprId) -> Scalar {
        self.network.expressions[expression].scalar
    }

    /// The axes of an expression that are neither plates of the declaration nor bound by a
    /// reduction: those of its event, in order.
    fn event_axes(&self, expression: ExprId, scope: &Scope) -> Vec<AxisId> {
        let axes = &self.network.expressions[expression].axes;
        axes.iter()
            .copied()
            .filter(|a| !scope.context.contains(a) && !scope.bound.contains(a))
            .collect()
    }

    /// The number that an expression certainly is.
    fn constant(&self, expression: ExprId) -> Option<f64> {
        self.network.number(expression)
    }

    /// Whether `claim` certainly holds for every element of `expression`.
    fn proves(&self, expression: ExprId, claim: Claim) -> bool {
        self.network.proves(expression, claim)
    }

    /// The canonical axis for the `occurrence`-th use of a plate in the same context.
    fn axis(&mut self, plate: PlateId, occurrence: u32) -> AxisId {
        let wanted = Axis { plate, occurrence };
        let found = self.network.axes.iter().find(|(_, axis)| **axis == wanted).map(|(id, _)| id);
        found.unwrap_or_else(|| self.network.axes.push(wanted))
    }

    /// A new axis for a binder.
    fn fresh_axis(&mut self, plate: PlateId) -> AxisId {
        let next = self.occurrences.entry(plate).or_insert(FIRST_FRESH);
        let occurrence = *next;
        *next += 1;
        self.network.axes.push(Axis { plate, occurrence })
    }

    fn plate_named(&mut self, name: &tree::Name) -> Elaborated<PlateId> {
        if let Some(&plate) = self.plates.get(&name.text) {
            return Ok(plate);
        }
        if let Some(&variable) = self.names.get(&name.text) {
            let declared = self.network.variables[variable].span;
            return self.report(error::not_a_plate(&name.text, name.span, declared));
        }
        let near = diagnostic::nearest(&name.text, self.plates.keys().map(String::as_str))
            .map(str::to_owned);
        self.report(error::unknown_plate(&name.text, name.span, near.as_deref()))
    }

    /// The family called `name`, from the model or the library.
    fn family(&mut self, name: &str) -> Option<FamilyEntry<'a>> {
        if let Some(entry) = self.families.get(name) {
            return Some(entry.clone());
        }
        let (path, text) = library::text(name)?;
        let source = self.sources.add(path, text);
        let tree = match syntax::parse(self.sources, source) {
            Ok(tree) => tree,
            Err(errors) => {
                self.errors.extend(errors);
                return None;
            }
        };
        let family = tree.declarations.into_iter().find_map(|d| match d {
            tree::Declaration::Family(family) => Some(family),
            tree::Declaration::Plate(_)
            | tree::Declaration::Variable(_)
            | tree::Declaration::Function(_)
            | tree::Declaration::Factor(_)
            | tree::Declaration::Import(_) => None,
        })?;
        let entry = FamilyEntry::Library(std::sync::Arc::new(family));
        self.families.insert(name.to_owned(), entry.clone());
        Some(entry)
    }

    fn is_family(&self, name: &str) -> bool {
        self.families.contains_key(name)
            || library::text(name).is_some()
            || Self::combinators().any(|combinator| combinator == name)
    }

    /// Whether `name` is a function of the model or the language, and not a family.
    fn is_function(&self, name: &str) -> bool {
        let known = self.functions.contains_key(name)
            || Builtin::public_by_name(name).is_some()
            || call::FORMS.contains(&name);
        known && !self.is_family(name)
    }

    fn family_names(&self) -> Vec<String> {
        let library = library::FAMILIES.iter().map(|(name, _, _)| (*name).to_owned());
        let combinators = Self::combinators().map(str::to_owned);
        self.families.keys().cloned().chain(library).chain(combinators).collect()
    }
}

impl FamilyEntry<'_> {
    fn tree(&self) -> &tree::Family {
        match self {
            FamilyEntry::Written(family) => family,
            FamilyEntry::Library(family) => family,
        }
    }
}

impl Scope {
    /// The scope of a declaration over `context`; it sees the variables of the model.
    fn declaration(context: Vec<AxisId>, binders: Vec<(String, AxisId)>) -> Self {
        let locals =
            binders.into_iter().map(|(name, axis)| (name, Local::Position(axis))).collect();
        Self { context, locals, globals: true, ..Self::default() }
    }

    /// The scope of the body of a function or family: only its parameters, over the same plates.
    fn body(&self, parameters: Vec<(String, ExprId)>, generics: Vec<(String, AxisId)>) -> Self {
        let locals =
            parameters.into_iter().map(|(name, value)| (name, Local::Value(value))).collect();
        Self {
            context: self.context.clone(),
            bound: self.bound.clone(),
            locals,
            generics,
            ..Self::default()
        }
    }

    fn expecting(&self, axes: Vec<AxisId>) -> Self {
        Self { list_axes: axes, ..self.clone() }
    }

    fn local(&self, name: &str) -> Option<Local> {
        self.locals.iter().rev().find(|(n, _)| n == name).map(|(_, local)| *local)
    }
}
