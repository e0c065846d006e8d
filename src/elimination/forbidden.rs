//! Entries of a table of probabilities that are 0 whatever the unknowns are: transitions that
//! cannot be.

use std::collections::HashMap;

use crate::builtins::Builtin;
use crate::program::{Builder, Form, NodeId, Type};

/// For each element of a node whether it is certainly 0; none where nothing is known to be.
pub fn zero(b: &mut Builder, node: NodeId) -> Option<NodeId> {
    Walk { memory: HashMap::new() }.of(b, node, Claim::Zero)
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Claim {
    Zero,
    /// −∞: the logarithm of 0.
    Impossible,
}

struct Walk {
    memory: HashMap<(NodeId, Claim), Option<NodeId>>,
}

impl Walk {
    fn of(&mut self, b: &mut Builder, id: NodeId, claim: Claim) -> Option<NodeId> {
        if let Some(known) = self.memory.get(&(id, claim)) {
            return *known;
        }
        let found = self.compute(b, id, claim);
        self.memory.insert((id, claim), found);
        found
    }

    fn compute(&mut self, b: &mut Builder, id: NodeId, claim: Claim) -> Option<NodeId> {
        if b.depends_on_data_only(id) {
            let value = b.constant(if claim == Claim::Zero { 0.0 } else { f64::NEG_INFINITY });
            let number = b.convert(id, Type::Real);
            return Some(b.call(Builtin::Equal, &[number, value]));
        }
        let node = b.program.nodes[id].clone();
        match node.op.form() {
            Form::Elementwise => self.called(b, node.op.called()?, &node.operands, claim),
            Form::Gather(_) => {
                let mask = self.of(b, node.operands[0], claim)?;
                Some(b.gather(mask, &node.indices()))
            }
            Form::SumBy { over, .. } if claim == Claim::Impossible => {
                let mask = self.of(b, node.operands[0], claim)?;
                let number = b.convert(mask, Type::Real);
                let (sum, zero) = (b.sum_by(number, &node.indices(), over), b.constant(0.0));
                Some(b.call(Builtin::Greater, &[sum, zero]))
            }
            Form::Leaf
            | Form::Reduce(_)
            | Form::SumBy { .. }
            | Form::Matrix { .. }
            | Form::Carry(_) => None,
        }
    }

    fn called(
        &mut self,
        b: &mut Builder,
        builtin: Builtin,
        operands: &[NodeId],
        claim: Claim,
    ) -> Option<NodeId> {
        match (builtin, claim) {
            (Builtin::Exp, Claim::Zero) => self.of(b, operands[0], Claim::Impossible),
            (Builtin::Log, Claim::Impossible) => self.of(b, operands[0], Claim::Zero),
            (Builtin::Multiply, Claim::Zero) | (Builtin::Add, Claim::Impossible) => {
                self.either(b, operands, claim)
            }
            (Builtin::Divide, Claim::Zero) | (Builtin::Subtract, Claim::Impossible) => {
                self.of(b, operands[0], claim)
            }
            (Builtin::Select, _) if b.depends_on_data_only(operands[0]) => {
                let no = b.truth(false);
                let branches = [1, 2].map(|k| self.of(b, operands[k], claim).unwrap_or(no));
                Some(b.call(Builtin::Select, &[operands[0], branches[0], branches[1]]))
            }
            // Whichever it is.
            (Builtin::Select, _) => {
                let (yes, no) = (self.of(b, operands[1], claim)?, self.of(b, operands[2], claim)?);
                Some(b.call(Builtin::And, &[yes, no]))
            }
            _ => None,
        }
    }

    fn either(&mut self, b: &mut Builder, operands: &[NodeId], claim: Claim) -> Option<NodeId> {
        let mut all = None;
        for &operand in operands {
            let here = self.of(b, operand, claim);
            all = match (all, here) {
                (Some(a), Some(c)) => Some(b.call(Builtin::Or, &[a, c])),
                (a, c) => a.or(c),
            };
        }
        all
    }
}
