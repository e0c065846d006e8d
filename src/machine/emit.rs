//! Compiles a plan to one function of Cranelift IR, and that to machine code.

use std::collections::HashMap;

use cranelift_codegen::Context;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{F64, I8, I64};
use cranelift_codegen::ir::{AbiParam, BlockArg, InstBuilder, MemFlagsData, Type, Value};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Linkage, Module, default_libcall_names};

use crate::plan::{Kind, LANES, Loop, Operation, Plan, Reduction, RegisterId, Statement};

use super::code::{Code, Entry, Shape, Texts};
use super::emission::{Bases, Calls, Emission, Lanes};
use super::pool::Pool;
use super::{Keep, MachineError, external};

pub(super) fn emit(plan: &Plan, pool: Pool, keep: Keep) -> Result<Code, MachineError> {
    let backend = |error: &dyn std::fmt::Display| MachineError::Backend(error.to_string());
    let mut module = module(plan)?;
    let mut context = module.make_context();
    let pointer = module.target_config().pointer_type();
    context
        .func
        .signature
        .params
        .extend([pointer, pointer, pointer, pointer, I64].map(AbiParam::new));
    let signature = context.func.signature.clone();
    let id = module
        .declare_function("evaluate", Linkage::Export, &signature)
        .map_err(|e| backend(&e))?;
    build(plan, &pool, &mut module, &mut context)?;
    let clif = if keep.texts { context.func.display().to_string() } else { String::new() };
    context.set_disasm(keep.texts);
    module.define_function(id, &mut context).map_err(|e| backend(&e))?;
    let compiled = context.compiled_code();
    let disassembly = compiled.and_then(|c| c.vcode.clone()).unwrap_or_default();
    let size = compiled.map_or(0, |c| c.code_buffer().len());
    module.finalize_definitions().map_err(|e| backend(&e))?;
    let slots = plan
        .buffers
        .iter()
        .find(|(_, b)| b.place == crate::plan::Place::Argument)
        .map_or(0, |(_, b)| b.len);
    let shape = Shape { slots, outputs: plan.outputs, scratch: plan.scratch, size };
    let address = module.get_finalized_function(id);
    // SAFETY: the function was defined with the signature that `Entry` has.
    let entry = unsafe { std::mem::transmute::<*const u8, Entry>(address) };
    // SAFETY: `entry` lies in `module`; `compile` has checked the plan that pool and shape come
    // from.
    Ok(unsafe { Code::new(entry, module, pool, shape, Texts { clif, disassembly }) })
}

/// With more statements than this in one block, backtracking register allocation is slow.
const LONG_BLOCK: usize = 6_000;

fn module(plan: &Plan) -> Result<JITModule, MachineError> {
    let backend = |error: &dyn std::fmt::Display| MachineError::Backend(error.to_string());
    let long = plan.steps.iter().map(|s| s.body.len()).sum::<usize>() > LONG_BLOCK;
    let mut flags = settings::builder();
    let settings = [
        ("opt_level", "none"),
        ("regalloc_algorithm", if long { "single_pass" } else { "backtracking" }),
        ("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }),
        ("is_pic", "false"),
        ("use_colocated_libcalls", "false"),
    ];
    for (name, value) in settings {
        flags.set(name, value).map_err(|e| backend(&e))?;
    }
    let isa = cranelift_native::builder().map_err(|e| backend(&e))?;
    let isa = isa.finish(settings::Flags::new(flags)).map_err(|e| backend(&e))?;
    let mut builder = JITBuilder::with_isa(isa, default_libcall_names());
    builder.symbol_lookup_fn(Box::new(external::lookup));
    Ok(JITModule::new(builder))
}

fn build(
    plan: &Plan,
    pool: &Pool,
    module: &mut JITModule,
    context: &mut Context,
) -> Result<(), MachineError> {
    let mut builder_context = FunctionBuilderContext::new();
    let mut builder = FunctionBuilder::new(&mut context.func, &mut builder_context);
    let entry = builder.create_block();
    builder.append_block_params_for_function_params(entry);
    builder.switch_to_block(entry);
    builder.seal_block(entry);
    let parameters = builder.block_params(entry).to_vec();
    let [q, out, scratch, data, seed] = parameters[..] else {
        return Err(MachineError::Backend("the entry block lacks parameters".to_owned()));
    };
    let cells =
        plan.cells.iter().map(|(_, cell)| builder.declare_var(of_kind(cell.kind))).collect();
    let bases = Bases { q, out, scratch, data };
    let mut emission = Emission {
        builder,
        module,
        plan,
        pool,
        bases,
        seed,
        registers: plan.registers.filled(None),
        constants: HashMap::new(),
        cells,
        calls: Calls::default(),
        scaled: HashMap::new(),
        lanes: Lanes::default(),
    };
    for step in &plan.steps {
        emission.statements(&step.body)?;
    }
    emission.builder.ins().return_(&[]);
    let configuration = emission.module.isa().frontend_config();
    emission.builder.finalize(configuration);
    Ok(())
}

/// The Cranelift type of a register's value.
pub(super) fn of_kind(kind: Kind) -> Type {
    match kind {
        Kind::Real => F64,
        Kind::Bool => I8,
        Kind::Index => I64,
    }
}

impl Emission<'_> {
    fn statements(&mut self, statements: &[Statement]) -> Result<(), MachineError> {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    pub(super) fn statement(&mut self, statement: &Statement) -> Result<(), MachineError> {
        match statement {
            Statement::Let { to, operation } => {
                let value = self.operation(*to, operation)?;
                self.registers[*to] = Some(value);
            }
            Statement::Set { cell, value } => {
                let value = self.get(*value);
                self.builder.def_var(self.cells[*cell], value);
            }
            Statement::Fold { cell, value, by } => {
                let variable = self.cells[*cell];
                let (old, value) = (self.builder.use_var(variable), self.get(*value));
                let new = self.reduce(*by, old, value);
                self.builder.def_var(variable, new);
            }
            Statement::Store { buffer, at, value } => {
                let value = self.get(*value);
                let (base, offset) = self.address(*buffer, at);
                self.builder.ins().store(MemFlagsData::trusted(), value, base, offset);
            }
            Statement::Accumulate { buffer, at, value, by } => {
                let value = self.get(*value);
                let (base, offset) = self.address(*buffer, at);
                let old = self.builder.ins().load(F64, MemFlagsData::trusted(), base, offset);
                let new = self.reduce(*by, old, value);
                self.builder.ins().store(MemFlagsData::trusted(), new, base, offset);
            }
            Statement::Loop(inner) if inner.lanes == LANES => self.side_by_side(inner)?,
            Statement::Loop(inner) => {
                let last = inner.size as i64 - 1;
                let (first, end, step) = if inner.reversed { (last, 0, -1) } else { (0, last, 1) };
                self.repeat(inner, first, end, step, Self::statement)?;
            }
            Statement::Kernel(call) => self.kernel(call)?,
        }
        Ok(())
    }

    /// Iterations from `first` to `end` in steps of `step`, with the test at the end, so there must
    /// be at least one. `emit` receives the statements of the body.
    pub(super) fn repeat(
        &mut self,
        inner: &Loop,
        first: i64,
        end: i64,
        step: i64,
        emit: fn(&mut Self, &Statement) -> Result<(), MachineError>,
    ) -> Result<(), MachineError> {
        let (body, exit) = (self.builder.create_block(), self.builder.create_block());
        let counter = self.builder.append_block_param(body, I64);
        let first = self.builder.ins().iconst(I64, first);
        self.builder.ins().jump(body, &[BlockArg::Value(first)]);
        self.builder.switch_to_block(body);
        self.registers[inner.counter] = Some(counter);
        let outside = self.scaled.clone();
        inner.body.iter().try_for_each(|statement| emit(self, statement))?;
        self.scaled = outside;
        let next = self.builder.ins().iadd_imm_s(counter, step);
        let more = self.builder.ins().icmp_imm_s(IntCC::NotEqual, counter, end);
        self.builder.ins().brif(more, body, &[BlockArg::Value(next)], exit, &[]);
        self.builder.seal_block(body);
        self.builder.seal_block(exit);
        self.builder.switch_to_block(exit);
        Ok(())
    }

    /// A register's value in the current lane; `plan::check` has verified that it is computed.
    pub(super) fn get(&self, register: RegisterId) -> Value {
        match self.lanes.own(register).or(self.registers[register]) {
            Some(value) => value,
            None => panic!("{register} is not computed"),
        }
    }

    pub(super) fn reduce(&mut self, by: Reduction, a: Value, b: Value) -> Value {
        match by {
            Reduction::Sum => self.builder.ins().fadd(a, b),
            Reduction::Maximum => self.builder.ins().fmax(a, b),
        }
    }

    pub(super) fn operation(
        &mut self,
        to: RegisterId,
        operation: &Operation,
    ) -> Result<Value, MachineError> {
        Ok(match operation {
            Operation::Number(value) => {
                self.constants.insert(to, *value);
                self.builder.ins().f64const(*value)
            }
            Operation::Truth(value) => self.builder.ins().iconst(I8, i64::from(*value)),
            Operation::Position(at) => self.affine(at, 1),
            Operation::Load { buffer, at } => self.load(*buffer, at),
            Operation::Read(cell) => self.builder.use_var(self.cells[*cell]),
            Operation::Call(builtin, arguments) => self.call(*builtin, arguments)?,
            Operation::ToReal(value) => self.as_real(*value),
            Operation::ToIndex { value, size } => self.as_index(*value, *size),
            Operation::Noise { stream, base, element } => self.noise(*stream, *base, element)?,
            Operation::Draw { stream, sampler, element, arguments } => {
                self.draw(*stream, *sampler, element, arguments)?
            }
        })
    }

    fn as_real(&mut self, value: RegisterId) -> Value {
        let register = self.get(value);
        match self.plan.registers[value] {
            Kind::Real => register,
            Kind::Bool => {
                let wide = self.builder.ins().uextend(I64, register);
                self.builder.ins().fcvt_from_sint(F64, wide)
            }
            Kind::Index => self.builder.ins().fcvt_from_sint(F64, register),
        }
    }

    /// Truncated and clamped: 0 for negative numbers and NaN.
    fn as_index(&mut self, value: RegisterId, size: usize) -> Value {
        let number = self.get(value);
        let whole = self.builder.ins().fcvt_to_sint_sat(I64, number);
        let (zero, last) = (
            self.builder.ins().iconst(I64, 0),
            self.builder.ins().iconst(I64, size.saturating_sub(1) as i64),
        );
        let bounded = self.builder.ins().smax(whole, zero);
        self.builder.ins().smin(bounded, last)
    }
}
