//! Calls: functions of the model, reductions, special forms, builtins.

use super::clause::OF_VALUE;
use super::reduce::reduction;
use super::{Elaborated, Elaborator, Reported, Scope, reduce};
use crate::base::{Span, diagnostic};
use crate::builtins::{Builtin, Code, Kind, ROWS};
use crate::network::error;
use crate::network::ir::{AxisId, ExprId, ExprKind, Scalar};
use crate::syntax::tree::{self, ExpressionKind};

/// Forms that are neither builtins nor reductions, because they depend on axes.
pub const FORMS: [&str; 28] = [
    "size",
    "int",
    "index_of",
    "dot",
    "norm",
    "outer",
    "diag",
    "identity",
    "positions",
    "lower_triangle",
    "transpose",
    "cholesky",
    "solve",
    "solve_lower",
    "inverse",
    "log_det",
    "quad_form",
    "cumulative_sum",
    "softmax",
    "log_softmax",
    "log_density",
    "cdf",
    "log_cdf",
    "log_ccdf",
    "quantile",
    "log10",
    "logit",
    "log1m",
];

impl<'a> Elaborator<'a> {
    pub(super) fn call(
        &mut self,
        name: &tree::Name,
        arguments: &[tree::Argument],
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        if let Some(&function) = self.functions.get(&name.text) {
            return self.call_function(function, name, arguments, span, scope);
        }
        if self.is_moment(&name.text, arguments) {
            return self.moment_form(&name.text, &arguments[0].value, scope);
        }
        if let Some(reduction) = reduction(&name.text)
            && let [only] = arguments
        {
            return self.reduce_whole(name, reduction, &only.value, span, scope);
        }
        if FORMS.contains(&name.text.as_str()) {
            return self.form(name, arguments, span, scope);
        }
        if let Some(builtin) = Builtin::public_by_name(&name.text) {
            return self.call_builtin(builtin, name, arguments, span, scope);
        }
        if self.is_family(&name.text) {
            return self.report(error::family_as_value(&name.text, span));
        }
        let near = self.nearest_function(&name.text);
        self.report(error::unknown_function(&name.text, name.span, near.as_deref()))
    }

    fn nearest_function(&self, name: &str) -> Option<String> {
        let builtins = ROWS.iter().filter(|row| row.public).map(|row| row.name);
        let reductions = reduce::REDUCTIONS.iter().map(|(name, _)| *name);
        let functions = self.functions.keys().map(String::as_str);
        diagnostic::nearest(name, builtins.chain(reductions).chain(FORMS).chain(functions))
            .map(str::to_owned)
    }

    fn call_builtin(
        &mut self,
        builtin: Builtin,
        name: &tree::Name,
        arguments: &[tree::Argument],
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let row = builtin.row();
        let sampler = matches!(row.code, Code::SampleOne(_) | Code::SampleTwo(_));
        if sampler && !scope.samplers {
            return self.report(error::sampler_outside_draw(&name.text, span));
        }
        let names: Vec<String> = row.arguments.iter().map(|a| a.name.to_owned()).collect();
        let ordered = self.match_arguments(&name.text, &names, arguments, span)?;
        let mut operands = Vec::new();
        for argument in ordered {
            operands.push(self.expression(&argument.value, scope)?);
        }
        let scalar = match row.kind {
            Kind::Real => Scalar::Real,
            Kind::Integer => Scalar::Integer,
            Kind::LikeArguments if self.arithmetic_kind(&operands) == Scalar::Integer => {
                Scalar::Integer
            }
            Kind::LikeArguments => Scalar::Real,
        };
        Ok(self.push(ExprKind::Call(builtin, operands.clone()), &operands, scalar, span))
    }

    /// Arguments in the order of the parameters; each must be given, exactly once.
    pub(super) fn match_arguments<'t>(
        &mut self,
        function: &str,
        parameters: &[String],
        arguments: &'t [tree::Argument],
        span: Span,
    ) -> Elaborated<Vec<&'t tree::Argument>> {
        let mut slots: Vec<Option<&'t tree::Argument>> = vec![None; parameters.len()];
        for (position, argument) in arguments.iter().enumerate() {
            let slot = match &argument.name {
                None => position,
                Some(name) => match parameters.iter().position(|p| *p == name.text) {
                    Some(slot) => slot,
                    None => {
                        let near =
                            diagnostic::nearest(&name.text, parameters.iter().map(String::as_str))
                                .map(str::to_owned);
                        return self.report(error::unknown_argument(
                            function,
                            &name.text,
                            name.span,
                            parameters,
                            near.as_deref(),
                        ));
                    }
                },
            };
            match slots.get_mut(slot) {
                Some(entry @ None) => *entry = Some(argument),
                Some(Some(_)) => {
                    let span = argument
                        .name
                        .as_ref()
                        .map_or(argument.value.span, |name| name.span.to(argument.value.span));
                    return self.report(error::argument_twice(&parameters[slot], span));
                }
                None => return self.wrong_count(function, parameters, arguments.len(), span),
            }
        }
        match slots.into_iter().collect::<Option<Vec<_>>>() {
            Some(ordered) => Ok(ordered),
            None => self.wrong_count(function, parameters, arguments.len(), span),
        }
    }

    fn wrong_count<T>(
        &mut self,
        function: &str,
        parameters: &[String],
        found: usize,
        span: Span,
    ) -> Elaborated<T> {
        let s = if parameters.len() == 1 { "" } else { "s" };
        let expected = format!("{} argument{s} ({})", parameters.len(), parameters.join(", "));
        self.report(error::argument_count(function, &expected, found, span))
    }

    fn call_function(
        &mut self,
        function: &'a tree::Function,
        name: &tree::Name,
        arguments: &[tree::Argument],
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        if self.exhausted {
            return Err(Reported);
        }
        if self.calls.contains(&name.text) {
            return self.report(error::recursive(&name.text, span));
        }
        let names: Vec<String> = function.parameters.iter().map(|p| p.name.text.clone()).collect();
        let ordered = self.match_arguments(&name.text, &names, arguments, span)?;
        let mut values = Vec::new();
        for argument in ordered {
            values.push(self.expression(&argument.value, scope)?);
        }
        let generics =
            self.bind_generics(&name.text, &function.parameters, &values, scope, span)?;
        let parameters = names.into_iter().zip(values).collect();
        self.calls.push(name.text.clone());
        let body = self.expression(&function.body, &scope.body(parameters, generics));
        self.calls.pop();
        body
    }

    /// The axes that the arguments' events give to the axis names in the types of the parameters.
    pub(super) fn bind_generics(
        &mut self,
        function: &str,
        parameters: &[tree::Parameter],
        values: &[ExprId],
        scope: &Scope,
        span: Span,
    ) -> Elaborated<Vec<(String, AxisId)>> {
        let mut generics: Vec<(String, AxisId)> = Vec::new();
        for (parameter, &value) in parameters.iter().zip(values) {
            let Some(ty) = &parameter.ty else { continue };
            let names = self.generic_axes(ty);
            let axes = self.event_axes(value, scope);
            if axes.is_empty() {
                continue;
            }
            if let (&[axis, ..], true) = (axes.as_slice(), names.is_empty()) {
                let plate = self.network.plate_of(axis);
                let (name, at) = (self.network.plates[plate].name.clone(), self.span(value));
                let candidate = self.index_candidate(plate);
                return self.report(error::argument_varies(
                    function,
                    &parameter.name.text,
                    &name,
                    at,
                    candidate.as_deref(),
                ));
            }
            if axes.len() != names.len() {
                let expected = format!("`{}`", ty.name.text);
                let found = format!("over {} axes", axes.len());
                let at = self.span(value);
                return self.report(error::rank(
                    &format!("{function}: {}", parameter.name.text),
                    &expected,
                    &found,
                    at,
                ));
            }
            for (name, axis) in names.into_iter().zip(axes) {
                match generics.iter().find(|(n, _)| *n == name) {
                    None => generics.push((name, axis)),
                    Some((_, first))
                        if self.network.plate_of(*first) == self.network.plate_of(axis) => {}
                    Some((_, first)) => {
                        let names = [*first, axis]
                            .map(|a| self.network.plates[self.network.plate_of(a)].name.clone());
                        let at = self.span(value);
                        return self
                            .report(error::axes_differ(&names[0], &names[1], span, span, at));
                    }
                }
            }
        }
        Ok(generics)
    }

    fn form(
        &mut self,
        name: &tree::Name,
        arguments: &[tree::Argument],
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        match (name.text.as_str(), arguments) {
            ("size", [argument]) => self.size(&argument.value, scope),
            ("index_of", [plate, label]) => self.index_of(&plate.value, &label.value, span),
            (form, [distribution, value]) if OF_VALUE.contains(&form) => {
                self.value_form(form, &distribution.value, &value.value, span, scope)
            }
            ("positions", [plate]) => self.positions(&plate.value, span, scope),
            ("identity", [plate]) => self.identity(&plate.value, span, scope),
            ("dot" | "outer" | "solve" | "solve_lower" | "quad_form", [_, _]) | (_, [_])
                if !OF_VALUE.contains(&name.text.as_str()) =>
            {
                let mut values = Vec::new();
                for argument in arguments {
                    values.push(self.expression(&argument.value, scope)?);
                }
                self.form_of(&name.text, &values, span, scope)
            }
            (form, _) => {
                let two = OF_VALUE.contains(&form)
                    || matches!(
                        form,
                        "index_of" | "dot" | "outer" | "solve" | "solve_lower" | "quad_form"
                    );
                let expected = if two { "2 arguments" } else { "1 argument" };
                self.report(error::argument_count(form, expected, arguments.len(), span))
            }
        }
    }

    fn form_of(
        &mut self,
        name: &str,
        values: &[ExprId],
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        match (name, values) {
            ("int", &[x]) => {
                Ok(self.push(ExprKind::Call(Builtin::Floor, vec![x]), &[x], Scalar::Integer, span))
            }
            ("log10", &[x]) => Ok(self.scaled_log(x, span)),
            ("logit", &[x]) => Ok(self.logit(x, span)),
            ("log1m", &[x]) => Ok(self.log1m(x, span)),
            ("softmax" | "log_softmax" | "cumulative_sum" | "norm", &[x]) => {
                self.vector_form(name, x, span, scope)
            }
            _ => self.linear_form(name, values, span, scope),
        }
    }

    fn scaled_log(&mut self, x: ExprId, span: Span) -> ExprId {
        let log = self.builtin(Builtin::Log, &[x], span);
        let scale = self.number(std::f64::consts::LN_10, span);
        self.builtin(Builtin::Divide, &[log, scale], span)
    }

    fn log1m(&mut self, x: ExprId, span: Span) -> ExprId {
        let minus = self.builtin(Builtin::Negate, &[x], span);
        self.builtin(Builtin::Log1p, &[minus], span)
    }

    fn logit(&mut self, x: ExprId, span: Span) -> ExprId {
        let log = self.builtin(Builtin::Log, &[x], span);
        let log1m = self.log1m(x, span);
        self.builtin(Builtin::Subtract, &[log, log1m], span)
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    fn size(&mut self, argument: &tree::Expression, scope: &Scope) -> Elaborated<ExprId> {
        let plate = match &argument.kind {
            ExpressionKind::Name(name) => {
                match scope.generics.iter().rev().find(|(n, _)| n == name) {
                    Some((_, axis)) => Some(self.network.plate_of(*axis)),
                    None => self.plates.get(name).copied().filter(|_| scope.local(name).is_none()),
                }
            }
            _ => None,
        };
        let plate = match plate {
            Some(plate) => plate,
            None => {
                let value = self.expression(argument, scope)?;
                match self.event_axes(value, scope).as_slice() {
                    [axis] => self.network.plate_of(*axis),
                    _ => {
                        return self.report(error::rank(
                            "size",
                            "a plate or a vector",
                            "neither",
                            argument.span,
                        ));
                    }
                }
            }
        };
        Ok(self.push(ExprKind::Size(plate), &[], Scalar::Integer, argument.span))
    }

    fn index_of(
        &mut self,
        plate: &tree::Expression,
        label: &tree::Expression,
        span: Span,
    ) -> Elaborated<ExprId> {
        let (ExpressionKind::Name(name), ExpressionKind::Label(label_text)) =
            (&plate.kind, &label.kind)
        else {
            return self.report(error::rank(
                "index_of",
                "a plate and a label",
                "something else",
                span,
            ));
        };
        let plate = self.plate_named(&tree::Name { text: name.clone(), span: plate.span })?;
        self.label(plate, label_text, label.span)
    }
}
