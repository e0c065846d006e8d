//! Tree → text: one node per line, indented below its parent, without spans. This is what `pgmc
//! explain --stage syntax` shows.

use super::tree::{
    Argument, BinaryOperator, Binder, Clause, Declaration, Declarator, Expression, ExpressionKind,
    Family, Name, Parameter, Plate, PlateSize, Role, Tree, Type, TypeAxis, UnaryOperator, Variable,
};

/// The tree as text.
#[must_use]
pub fn print(tree: &Tree) -> String {
    let mut printer = Printer { text: String::new(), level: 0 };
    for declaration in &tree.declarations {
        printer.declaration(declaration);
    }
    printer.text
}

struct Printer {
    text: String,
    level: usize,
}

impl Printer {
    fn line(&mut self, line: impl AsRef<str>) {
        self.text.extend(std::iter::repeat_n("  ", self.level));
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// A line, and the lines below it.
    fn node(&mut self, line: impl AsRef<str>, below: impl FnOnce(&mut Self)) {
        self.line(line);
        self.level += 1;
        below(self);
        self.level -= 1;
    }

    fn doc(&mut self, doc: Option<&String>) {
        for line in doc.iter().flat_map(|doc| doc.lines()) {
            self.line(format!("# {line}").trim_end());
        }
    }

    fn declaration(&mut self, declaration: &Declaration) {
        match declaration {
            Declaration::Plate(plate) => self.plate(plate),
            Declaration::Variable(variable) => self.variable(variable),
            Declaration::Function(function) => {
                self.doc(function.doc.as_ref());
                self.node(format!("fn {}", function.name.text), |p| {
                    p.parameters(&function.parameters);
                    p.expression(&function.body);
                });
            }
            Declaration::Family(family) => self.family(family),
            Declaration::Factor(factor) => {
                self.doc(factor.doc.as_ref());
                self.node(format!("factor {}", declarator(&factor.item)), |p| {
                    p.expression(&factor.body)
                });
            }
            Declaration::Import(import) => self.line(format!("import {:?}", import.path.text)),
        }
    }

    fn plate(&mut self, plate: &Plate) {
        self.doc(plate.doc.as_ref());
        self.node(format!("plate {}", plate.name.text), |p| match &plate.size {
            None => {}
            Some(PlateSize::Expression(size)) => p.node("size", |p| p.expression(size)),
            Some(PlateSize::Labels(labels)) => p.line(format!("labels {}", quoted(labels))),
            Some(PlateSize::Levels(column)) => p.line(format!("levels {:?}", column.text)),
        });
    }

    fn variable(&mut self, variable: &Variable) {
        self.doc(variable.doc.as_ref());
        let items: Vec<String> = variable.items.iter().map(declarator).collect();
        self.node(format!("{} {}", role_word(variable.role), items.join(", ")), |p| {
            variable.ty.iter().for_each(|ty| p.type_of(ty));
            variable.column.iter().for_each(|column| p.line(format!("from {:?}", column.text)));
            variable.value.iter().for_each(|value| p.node("=", |p| p.expression(value)));
            variable
                .distribution
                .iter()
                .for_each(|distribution| p.node("~", |p| p.expression(distribution)));
        });
    }

    fn parameters(&mut self, parameters: &[Parameter]) {
        for parameter in parameters {
            self.node(format!("parameter {}", parameter.name.text), |p| {
                parameter.ty.iter().for_each(|ty| p.type_of(ty))
            });
        }
    }

    /// The bounds come below the type and its axes.
    fn type_of(&mut self, ty: &Type) {
        let axes: Vec<String> = ty.axes.iter().map(axis).collect();
        let axes = if axes.is_empty() { String::new() } else { format!("[{}]", axes.join(", ")) };
        self.node(format!(": {}{axes}", ty.name.text), |p| {
            for bound in ty.bounds.iter().flatten() {
                p.node("bound", |p| match bound {
                    Some(bound) => p.expression(bound),
                    None => p.line("_"),
                });
            }
        });
    }

    fn family(&mut self, family: &Family) {
        self.doc(family.doc.as_ref());
        let axes = if family.axes.is_empty() {
            String::new()
        } else {
            format!("[{}]", names(&family.axes))
        };
        self.node(format!("family {}{axes}", family.name.text), |p| {
            p.parameters(&family.parameters);
            p.node("over", |p| p.type_of(&family.over));
            family.clauses.iter().for_each(|clause| p.clause(clause));
        });
    }

    fn clause(&mut self, clause: &Clause) {
        match clause {
            Clause::Function { name, argument, body } => {
                self.node(format!("{}({})", name.text, argument.text), |p| p.expression(body));
            }
            Clause::Draw { name, noises, body } => self.node(&name.text, |p| {
                for noise in noises {
                    p.node(format!("noise {}", noise.name.text), |p| {
                        noise.ty.iter().for_each(|ty| p.type_of(ty));
                        p.expression(&noise.base);
                    });
                }
                p.expression(body);
            }),
            Clause::Moment { name, body } => self.node(&name.text, |p| p.expression(body)),
            Clause::With { parameters, bindings, clauses, .. } => self.node("with", |p| {
                p.parameters(parameters);
                p.bindings(bindings);
                clauses.iter().for_each(|clause| p.clause(clause));
            }),
            Clause::Example { distribution, at, log_density, .. } => self.node("example", |p| {
                [distribution, at, log_density].into_iter().for_each(|part| p.expression(part));
            }),
        }
    }

    fn bindings(&mut self, bindings: &[(Name, Expression)]) {
        for (name, value) in bindings {
            self.node(format!("{} =", name.text), |p| p.expression(value));
        }
    }

    fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Number(number) => self.line(format!("{number:?}")),
            ExpressionKind::Bool(value) => self.line(value.to_string()),
            ExpressionKind::Label(label) => self.line(format!("{label:?}")),
            ExpressionKind::Name(name) => self.line(name),
            ExpressionKind::Index(array, indices) => self.node("index", |p| {
                p.expression(array);
                p.all(indices);
            }),
            ExpressionKind::Call(function, arguments) => {
                self.node(format!("{}()", function.text), |p| {
                    arguments.iter().for_each(|argument| p.argument(argument));
                })
            }
            ExpressionKind::Reduce { function, binders, body } => {
                let binders: Vec<String> = binders.iter().map(binder).collect();
                self.node(format!("{}({})", function.text, binders.join(", ")), |p| {
                    p.expression(body)
                });
            }
            ExpressionKind::Unary(operator, operand) => {
                self.node(unary(*operator), |p| p.expression(operand))
            }
            ExpressionKind::Binary(operator, left, right) => self.node(binary(*operator), |p| {
                p.expression(left);
                p.expression(right);
            }),
            ExpressionKind::If(condition, then, otherwise) => self.node("if", |p| {
                [condition, then, otherwise].into_iter().for_each(|part| p.expression(part));
            }),
            ExpressionKind::List(entries) => self.node("list", |p| p.all(entries)),
            ExpressionKind::Where(inner, bindings) => self.node("where", |p| {
                p.expression(inner);
                p.bindings(bindings);
            }),
        }
    }

    fn all(&mut self, expressions: &[Expression]) {
        expressions.iter().for_each(|expression| self.expression(expression));
    }

    fn argument(&mut self, argument: &Argument) {
        match &argument.name {
            Some(name) => self.node(format!("{} =", name.text), |p| p.expression(&argument.value)),
            None => self.expression(&argument.value),
        }
    }
}

fn names(names: &[Name]) -> String {
    names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(", ")
}

fn quoted(names: &[Name]) -> String {
    names.iter().map(|name| format!("{:?}", name.text)).collect::<Vec<_>>().join(", ")
}

fn declarator(item: &Declarator) -> String {
    if item.plates.is_empty() {
        return item.name.text.clone();
    }
    let plates: Vec<String> = item.plates.iter().map(binder).collect();
    format!("{}[{}]", item.name.text, plates.join(", "))
}

fn binder(binder: &Binder) -> String {
    match &binder.index {
        Some(index) => format!("{} in {}", index.text, binder.plate.text),
        None => binder.plate.text.clone(),
    }
}

fn axis(axis: &TypeAxis) -> String {
    match axis {
        TypeAxis::Plate(name) => name.text.clone(),
        TypeAxis::Size(size, _) => size.to_string(),
    }
}

/// The word that declares a variable of this role.
pub(super) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Input => "input",
        Role::Param => "param",
        Role::Latent => "latent",
        Role::Observe => "observe",
        Role::Let => "let",
        Role::Report => "report",
    }
}

fn unary(operator: UnaryOperator) -> &'static str {
    match operator {
        UnaryOperator::Negate => "negate",
        UnaryOperator::Not => "not",
    }
}

fn binary(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Power => "^",
        BinaryOperator::MatrixProduct => "@",
        BinaryOperator::Equal => "==",
        BinaryOperator::NotEqual => "!=",
        BinaryOperator::Less => "<",
        BinaryOperator::LessEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterEqual => ">=",
        BinaryOperator::And => "and",
        BinaryOperator::Or => "or",
    }
}
