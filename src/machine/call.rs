//! Emits builtins as instructions or calls, and noise, draws and kernels as calls.

use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::types::{F64, I8, I64};
use cranelift_codegen::ir::{AbiParam, FuncRef, InstBuilder, Type, Value};
use cranelift_module::{Linkage, Module};

use crate::builtins::{Builtin, Code, Native};
use crate::plan::{Affine, KernelCall, RegisterId};
use crate::program::Base;

use super::emission::Emission;
use super::{MachineError, external, linear};

impl Emission<'_> {
    /// Calls a function by name; its parameters have the types of `arguments`.
    fn external(
        &mut self,
        name: &'static str,
        arguments: &[Value],
        result: Option<Type>,
    ) -> Result<Option<Value>, MachineError> {
        let function = match self.calls.0.get(name) {
            Some(&function) => function,
            None => self.import(name, arguments, result)?,
        };
        let call = self.builder.ins().call(function, arguments);
        Ok(self.builder.inst_results(call).first().copied())
    }

    fn import(
        &mut self,
        name: &'static str,
        arguments: &[Value],
        result: Option<Type>,
    ) -> Result<FuncRef, MachineError> {
        let mut signature = self.module.make_signature();
        let types = arguments.iter().map(|&a| self.builder.func.dfg.value_type(a));
        signature.params.extend(types.map(AbiParam::new));
        signature.returns.extend(result.map(AbiParam::new));
        let declared = self.module.declare_function(name, Linkage::Import, &signature);
        let id = declared.map_err(|e| MachineError::Backend(e.to_string()))?;
        let function = self.module.declare_func_in_func(id, self.builder.func);
        self.calls.0.insert(name, function);
        Ok(function)
    }

    /// A call that returns a result.
    fn number(
        &mut self,
        name: &'static str,
        arguments: &[Value],
        result: Type,
    ) -> Result<Value, MachineError> {
        let value = self.external(name, arguments, Some(result))?;
        value.ok_or_else(|| MachineError::Backend(format!("{name} has no result")))
    }

    pub(super) fn call(
        &mut self,
        builtin: Builtin,
        arguments: &[RegisterId],
    ) -> Result<Value, MachineError> {
        let values: Vec<Value> = arguments.iter().map(|&a| self.get(a)).collect();
        if let Some(value) = self.native(builtin, arguments, &values) {
            return Ok(value);
        }
        match builtin.row().code {
            Code::Compare(_) => self.number(builtin.name(), &values, I8),
            // `not` has one operand, but its table row takes two.
            Code::Logic(_) => {
                self.number(builtin.name(), &[values[0], values[values.len() - 1]], I8)
            }
            Code::One(_)
            | Code::Two(_)
            | Code::Three(_)
            | Code::Select
            | Code::SampleOne(_)
            | Code::SampleTwo(_) => self.number(builtin.name(), &values, F64),
        }
    }

    /// A builtin that takes one or a few instructions; None if it is a call.
    pub(super) fn native(
        &mut self,
        builtin: Builtin,
        arguments: &[RegisterId],
        values: &[Value],
    ) -> Option<Value> {
        let ins = self.builder.ins();
        Some(match builtin.row().compiled.native {
            Native::Function | Native::Draw => return None,
            Native::Add => ins.fadd(values[0], values[1]),
            Native::Subtract => ins.fsub(values[0], values[1]),
            Native::Multiply => ins.fmul(values[0], values[1]),
            Native::Divide => ins.fdiv(values[0], values[1]),
            Native::Negate => ins.fneg(values[0]),
            Native::Abs => ins.fabs(values[0]),
            Native::Sqrt => ins.sqrt(values[0]),
            Native::Min => ins.fmin(values[0], values[1]),
            Native::Max => ins.fmax(values[0], values[1]),
            Native::Power => {
                let exponent = *self.constants.get(&arguments[1])?;
                return self.power(values[0], exponent);
            }
            Native::Equal => ins.fcmp(FloatCC::Equal, values[0], values[1]),
            Native::NotEqual => ins.fcmp(FloatCC::NotEqual, values[0], values[1]),
            Native::Less => ins.fcmp(FloatCC::LessThan, values[0], values[1]),
            Native::LessEqual => ins.fcmp(FloatCC::LessThanOrEqual, values[0], values[1]),
            Native::Greater => ins.fcmp(FloatCC::GreaterThan, values[0], values[1]),
            Native::GreaterEqual => ins.fcmp(FloatCC::GreaterThanOrEqual, values[0], values[1]),
            Native::And => ins.band(values[0], values[1]),
            Native::Or => ins.bor(values[0], values[1]),
            Native::Not => ins.bxor_imm_u(values[0], 1),
            Native::Select => ins.select(values[0], values[1], values[2]),
            Native::MaskedProduct => {
                let (nothing, product, zero) = self.maybe_nothing(values);
                self.builder.ins().select(nothing, zero, product)
            }
        })
    }

    /// Of two factors, numbers or vectors: whether one is 0, their product, and 0.
    pub(super) fn maybe_nothing(&mut self, values: &[Value]) -> (Value, Value, Value) {
        let number = self.builder.ins().f64const(0.0);
        let ty = self.builder.func.dfg.value_type(values[0]);
        let zero = if ty == F64 { number } else { self.builder.ins().splat(ty, number) };
        let [x, y] =
            [0, 1].map(|place| self.builder.ins().fcmp(FloatCC::Equal, values[place], zero));
        let nothing = self.builder.ins().bor(x, y);
        (nothing, self.builder.ins().fmul(values[0], values[1]), zero)
    }

    /// Powers with small integer or half-integer exponents, as products and square roots.
    fn power(&mut self, x: Value, exponent: f64) -> Option<Value> {
        let halves = exponent.abs() * 2.0;
        if exponent == 0.0 || halves.fract() != 0.0 || halves > 12.0 {
            return None;
        }
        let whole = (halves / 2.0).floor() as u32;
        let root = (halves % 2.0 != 0.0).then(|| self.builder.ins().sqrt(x));
        let product = self.integer_power(x, whole);
        let ins = self.builder.ins();
        let value = match (root, product) {
            (Some(root), Some(product)) => ins.fmul(root, product),
            (Some(value), None) | (None, Some(value)) => value,
            (None, None) => return None,
        };
        if exponent > 0.0 {
            return Some(value);
        }
        let one = self.like(value, 1.0);
        Some(self.builder.ins().fdiv(one, value))
    }

    /// By repeated squaring; None for the power 0.
    fn integer_power(&mut self, x: Value, power: u32) -> Option<Value> {
        let (mut product, mut square, mut left) = (None, x, power);
        while left > 0 {
            if left % 2 == 1 {
                product = Some(product.map_or(square, |p| self.builder.ins().fmul(p, square)));
            }
            left /= 2;
            if left > 0 {
                square = self.builder.ins().fmul(square, square);
            }
        }
        product
    }

    pub(super) fn noise(
        &mut self,
        stream: u32,
        base: Base,
        element: &Affine,
    ) -> Result<Value, MachineError> {
        let stream = self.builder.ins().iconst(I64, i64::from(stream));
        let element = self.affine(element, 1);
        self.number(external::noise_name(base), &[self.seed, stream, element], F64)
    }

    pub(super) fn draw(
        &mut self,
        stream: u32,
        sampler: Builtin,
        element: &Affine,
        arguments: &[RegisterId],
    ) -> Result<Value, MachineError> {
        let stream = self.builder.ins().iconst(I64, i64::from(stream));
        let element = self.affine(element, 1);
        let row = self.builder.ins().iconst(I64, sampler as i64);
        let mut parameters: Vec<Value> = arguments.iter().map(|&a| self.get(a)).collect();
        parameters.resize_with(2, || self.builder.ins().f64const(0.0));
        self.number(
            external::DRAW,
            &[self.seed, stream, element, row, parameters[0], parameters[1]],
            F64,
        )
    }

    pub(super) fn kernel(&mut self, call: &KernelCall) -> Result<(), MachineError> {
        let mut arguments = vec![self.builder.ins().iconst(I64, call.size as i64)];
        for matrix in &call.matrices {
            let (base, offset) = self.address(matrix.buffer, &matrix.at);
            arguments.push(self.builder.ins().iadd_imm_s(base, i64::from(offset)));
            arguments.push(self.builder.ins().iconst(I64, matrix.row as i64));
            arguments.push(self.builder.ins().iconst(I64, matrix.column as i64));
        }
        self.external(linear::kernel_name(call.kernel), &arguments, None)?;
        Ok(())
    }
}
