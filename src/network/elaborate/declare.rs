//! The first pass over all declarations: which names there are.

use super::{Elaborator, FamilyEntry, Item, Scope, State};
use crate::base::Span;
use crate::network::error;
use crate::network::ir::{
    Axis, Bounds, Definition, Event, Plate, PlateId, PlateSize, Role, Support, Variable,
};
use crate::syntax::tree;

impl<'a> Elaborator<'a> {
    pub(super) fn declare_all(&mut self, trees: &'a [tree::Tree]) {
        let declarations = || trees.iter().flat_map(|tree| &tree.declarations);
        for declaration in declarations() {
            match declaration {
                tree::Declaration::Plate(plate) => self.declare_plate(plate),
                tree::Declaration::Function(function) => self.declare_function(function),
                tree::Declaration::Family(family) => self.declare_family(family),
                tree::Declaration::Variable(_)
                | tree::Declaration::Factor(_)
                | tree::Declaration::Import(_) => {}
            }
        }
        for declaration in declarations() {
            if let tree::Declaration::Variable(variable) = declaration {
                for declarator in 0..variable.items.len() {
                    self.declare_variable(variable, declarator);
                }
            }
        }
        self.size_plates();
    }

    fn taken(&mut self, name: &tree::Name) -> bool {
        let plate = self.plates.get(&name.text).map(|&p| self.network.plates[p].span);
        let variable = self.names.get(&name.text).map(|&v| self.network.variables[v].span);
        match plate.or(variable) {
            Some(first) => {
                self.errors.push(error::declared_twice(&name.text, name.span, first));
                true
            }
            None => false,
        }
    }

    fn declare_plate(&mut self, plate: &'a tree::Plate) {
        if self.taken(&plate.name) {
            return;
        }
        let size = match &plate.size {
            None | Some(tree::PlateSize::Expression(_)) => PlateSize::Data,
            Some(tree::PlateSize::Labels(labels)) => {
                PlateSize::Labels(self.distinct_labels(labels))
            }
            Some(tree::PlateSize::Levels(column)) => PlateSize::Levels(column.text.clone()),
        };
        let id = self.add_plate(plate.name.text.clone(), size, plate.name.span, plate.doc.clone());
        self.plate_trees.push(Some(plate));
        self.plates.insert(plate.name.text.clone(), id);
    }

    fn distinct_labels(&mut self, labels: &[tree::Name]) -> Vec<String> {
        for (i, label) in labels.iter().enumerate() {
            if let Some(first) = labels[..i].iter().find(|l| l.text == label.text) {
                self.errors.push(error::declared_twice(&label.text, label.span, first.span));
            }
        }
        labels.iter().map(|l| l.text.clone()).collect()
    }

    /// A plate and its first axis.
    fn add_plate(
        &mut self,
        name: String,
        size: PlateSize,
        span: Span,
        doc: Option<String>,
    ) -> PlateId {
        let plate = self.network.plates.push(Plate { name, size, span, doc });
        self.network.axes.push(Axis { plate, occurrence: 0 });
        plate
    }

    /// The plate of an axis that is written as a number, as in `vector[4]`.
    pub(super) fn numbered_plate(&mut self, size: u32, span: Span) -> PlateId {
        let name = size.to_string();
        if let Some(&plate) = self.plates.get(&name) {
            return plate;
        }
        let plate = self.add_plate(name.clone(), PlateSize::Number(size as usize), span, None);
        self.plate_trees.push(None);
        self.plates.insert(name, plate);
        plate
    }

    /// Sizes that are expressions: elaborated once the variables are known.
    fn size_plates(&mut self) {
        let plates: Vec<PlateId> = self.network.plates.ids().collect();
        for plate in plates {
            let Some(Some(tree)) = self.plate_trees.get(plate.0 as usize).copied() else {
                continue;
            };
            let Some(tree::PlateSize::Expression(expression)) = &tree.size else { continue };
            let scope = Scope::declaration(Vec::new(), Vec::new());
            let Ok(size) = self.expression(expression, &scope) else { continue };
            self.network.plates[plate].size = match self.constant(size) {
                Some(n)
                    if n >= 0.0
                        && n.fract() == 0.0
                        && n <= crate::network::ir::LARGEST_PLATE as f64 =>
                {
                    PlateSize::Number(n as usize)
                }
                Some(_) => {
                    let name = self.network.plates[plate].name.clone();
                    self.errors.push(error::plate_size(&name, expression.span));
                    continue;
                }
                None => PlateSize::Expression(size),
            };
        }
    }

    fn declare_function(&mut self, function: &'a tree::Function) {
        if let Some(first) = self.functions.get(&function.name.text) {
            let first = first.name.span;
            self.errors.push(error::declared_twice(&function.name.text, function.name.span, first));
            return;
        }
        self.functions.insert(function.name.text.clone(), function);
    }

    fn declare_family(&mut self, family: &'a tree::Family) {
        if let Some(first) = self.families.get(&family.name.text) {
            let first = first.tree().name.span;
            self.errors.push(error::declared_twice(&family.name.text, family.name.span, first));
            return;
        }
        self.families.insert(family.name.text.clone(), FamilyEntry::Written(family));
    }

    fn declare_variable(&mut self, tree: &'a tree::Variable, declarator: usize) {
        let item = &tree.items[declarator];
        if self.taken(&item.name) {
            return;
        }
        let variable = Variable {
            name: item.name.text.clone(),
            role: tree.role,
            axes: Vec::new(),
            plates: 0,
            support: Support::Real(Bounds::default()),
            event: Event::Free,
            definition: match tree.role {
                Role::Input => Definition::Input { column: None, default: None },
                Role::Param | Role::Latent | Role::Observe | Role::Let | Role::Report => {
                    Definition::Random(None)
                }
            },
            span: item.name.span,
            doc: tree.doc.clone(),
        };
        let id = self.network.variables.push(variable);
        self.items.push(Item { tree, declarator, state: State::Waiting });
        self.names.insert(item.name.text.clone(), id);
    }
}
