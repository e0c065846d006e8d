//! The log density of a combinator whose branches the data determine → its branches, each for its
//! own elements: no tail is computed for values that are known, and no added zeros for other
//! values.

use super::environment::Environment;
use super::expression::Guard;
use super::{Lower, Lowering};
use crate::builtins::Builtin;
use crate::network::ir::{Application, ExprId, ExprKind};

impl Lowering<'_> {
    /// The parts of the log density of an application, each with the environment in which it
    /// applies. Choices inside a family are mostly cheap, and simplify best as a whole.
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
