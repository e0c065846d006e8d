//! Recurrences: a carry is made first, its `tie` set once the next step's value is known.

use crate::program::axes::union;
use crate::program::builder::Builder;
use crate::program::{ArrayId, AxisId, CarryLink, NodeId, Op, Recurrence, TieId};

impl Builder {
    /// The first carry of a new recurrence along `axis`: `init` at a start, else what
    /// [`Builder::tie`] names one step before. `axes`: what its values vary over besides `axis`.
    /// `starts`: a Bool array over `axis`.
    pub fn carry(
        &mut self,
        axis: AxisId,
        starts: Option<ArrayId>,
        reversed: bool,
        init: NodeId,
        axes: &[AxisId],
    ) -> NodeId {
        let tie =
            self.program.ties.push(Recurrence { axis, reversed, starts, carries: Vec::new() });
        self.add_carry(tie, init, axes)
    }

    /// A further carry of a recurrence.
    pub fn add_carry(&mut self, tie: TieId, init: NodeId, axes: &[AxisId]) -> NodeId {
        let axis = self.program.ties[tie].axis;
        let axes = union(&union(axes, &[axis]), self.axes(init));
        let ty = self.ty(init);
        let carry = self.push(Op::Carry(tie), Vec::new(), axes, ty);
        self.program.ties[tie].carries.push(CarryLink { carry, init, next: carry });
        carry
    }

    /// The recurrence of a carry.
    #[must_use]
    pub fn tie_of(&self, carry: NodeId) -> Option<TieId> {
        self.program.nodes[carry].op.tie()
    }

    /// Says what a carry takes to the next step: a node that depends on the recurrence's carries,
    /// or one made before them.
    ///
    /// # Panics
    /// Where `carry` is not one.
    pub fn tie(&mut self, carry: NodeId, next: NodeId) {
        let tie = self.tie_of(carry).expect("`carry` comes from Builder::carry");
        for link in &mut self.program.ties[tie].carries {
            if link.carry == carry {
                link.next = next;
            }
        }
    }
}
