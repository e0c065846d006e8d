//! Entries of a table of probabilities that are 0 whatever the unknowns are: transitions that
//! cannot be.

use std::collections::HashMap;

use crate::builtins::Builtin;
use crate::program::{Builder, NodeId, Op, Type};

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
        match (&node.op, claim) {
            (Op::Call(Builtin::Exp), Claim::Zero) => {
                self.of(b, node.operands[0], Claim::Impossible)
            }
            (Op::Call(Builtin::Log), Claim::Impossible) => {
                self.of(b, node.operands[0], Claim::Zero)
            }
            (Op::Call(Builtin::Multiply), Claim::Zero)
            | (Op::Call(Builtin::Add), Claim::Impossible) => self.either(b, &node.operands, claim),
            (Op::Call(Builtin::Divide), Claim::Zero)
            | (Op::Call(Builtin::Subtract), Claim::Impossible) => {
                self.of(b, node.operands[0], claim)
            }
            (Op::Call(Builtin::Select), _) if b.depends_on_data_only(node.operands[0]) => {
                let no = b.truth(false);
                let branches = [1, 2].map(|k| self.of(b, node.operands[k], claim).unwrap_or(no));
                Some(b.call(Builtin::Select, &[node.operands[0], branches[0], branches[1]]))
            }
            // Whichever it is.
            (Op::Call(Builtin::Select), _) => {
                let (yes, no) =
                    (self.of(b, node.operands[1], claim)?, self.of(b, node.operands[2], claim)?);
                Some(b.call(Builtin::And, &[yes, no]))
            }
            (Op::Gather(named), _) => {
                let mask = self.of(b, node.operands[0], claim)?;
                let at: Vec<_> =
                    named.iter().copied().zip(node.operands[1..].iter().copied()).collect();
                Some(b.gather(mask, &at))
            }
            (Op::SumBy { axes, over }, Claim::Impossible) => {
                let mask = self.of(b, node.operands[0], claim)?;
                let number = b.convert(mask, Type::Real);
                let at: Vec<_> =
                    axes.iter().copied().zip(node.operands[1..].iter().copied()).collect();
                let (sum, zero) = (b.sum_by(number, &at, over), b.constant(0.0));
                Some(b.call(Builtin::Greater, &[sum, zero]))
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
