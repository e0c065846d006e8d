//! The log density of a combinator whose branches data settle → its branches, each for its own
//! elements: a tail is not computed for values that are known, nor the added zeros for other
//! values.

use super::environment::Environment;
use super::expression::Guard;
use super::{Lower, Lowering};
use crate::builtins::Builtin;
use crate::network::ir::{Application, ExprId, ExprKind};

impl Lowering<'_> {
    /// The expressions of an application's log density, each with the environment in which it
    /// applies. What a family chooses between by itself is mostly cheap, and simplifies best as a
    /// whole.
    pub(super) fn density_parts(
        &mut self,
        application: &Application,
        environment: &Environment,
    ) -> Lower<Vec<(ExprId, Environment)>> {
        if application.is_combined() {
            self.split(application.log_density, environment)
        } else {
            Ok(vec![(application.log_density, environment.clone())])
        }
    }

    fn split(
        &mut self,
        expression: ExprId,
        environment: &Environment,
    ) -> Lower<Vec<(ExprId, Environment)>> {
        let whole = vec![(expression, environment.clone())];
        let ExprKind::If(condition, then, otherwise) = self.network.expressions[expression].kind
        else {
            return Ok(whole);
        };
        let condition = self.expression(condition, environment)?;
        if !self.builder.depends_on_data_only(condition) {
            return Ok(whole);
        }
        let opposite = self.builder.call(Builtin::Not, &[condition]);
        let mut parts = Vec::new();
        for (condition, branch) in [(condition, then), (opposite, otherwise)] {
            if let Guard::Some(inner) = self.restricted(environment, condition) {
                parts.extend(self.split(branch, &inner)?);
            }
        }
        Ok(parts)
    }
}
