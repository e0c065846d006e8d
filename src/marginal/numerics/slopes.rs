//! The gradient of a marginal density: through its points, the factor of the curvature and the mode.

use super::marginal::Marginal;
use super::mode::{Mode, Search};
use super::nodes::Grouped;
use super::sums::{Looked, Table};
use crate::density::{JointDensity, SeveralPoints as _, Weighted};

impl<J: JointDensity> Marginal<J> {
    /// Adds the weighted gradients of all points to the total, and what moves the factor to its
    /// adjoint.
    pub(super) fn slopes_one_by_one(
        &mut self,
        parameters: &[f64],
        looked: &Looked,
        weights: &Table,
        (total, factor_bar): (&mut [f64], &mut [f64]),
    ) {
        let blocks = self.structure.blocks.len();
        let (mut values, mut part) = (vec![0.0; blocks], vec![0.0; total.len()]);
        for k in 0..weights.points() {
            let hidden = self.hidden_at(looked.mode.as_ref(), k);
            self.joint.weighted(
                &self.structure.whole(parameters, &hidden),
                weights.group(k),
                &mut values,
                &mut part,
            );
            total.iter_mut().zip(&part).for_each(|(t, p)| *t += p);
            if let Some(mode) = &looked.mode {
                let slope: Vec<f64> = self.structure.hidden.iter().map(|&at| part[at]).collect();
                let away: Vec<f64> = hidden.iter().zip(&mode.hidden).map(|(h, m)| h - m).collect();
                self.pattern.deviate_adjoint(self.scale(mode), (&away, &slope), 1, factor_bar);
            }
        }
        self.without_repeats(parameters, looked, total);
    }

    /// The same, a group of points at a time.
    pub(super) fn slopes_together(
        &mut self,
        parameters: &[f64],
        looked: &Looked,
        (grouped, weights): (&Grouped, &Table),
        (total, factor_bar): (&mut [f64], &mut [f64]),
    ) {
        let (positions, size) = (self.structure.hidden.len(), grouped.size);
        let mut by_parameters = vec![0.0; parameters.len()];
        let mut slopes = vec![0.0; if looked.mode.is_some() { positions * size } else { 0 }];
        for group in 0..weights.points().div_ceil(size) {
            let hidden = self.group_at(looked.mode.as_ref(), grouped, group);
            let share = f64::from(u8::from(group == 0));
            let at = Weighted { hidden: &hidden, weights: weights.group(group), share };
            self.several_points().add_weighted(parameters, &at, &mut by_parameters, &mut slopes);
            let Some(mode) = &looked.mode else { continue };
            let mut away = hidden.into_owned();
            for (p, (away, slopes)) in
                away.chunks_exact_mut(size).zip(slopes.chunks_exact(size)).enumerate()
            {
                away.iter_mut().for_each(|a| *a -= mode.hidden[p]);
                total[self.structure.hidden[p]] += slopes.iter().sum::<f64>();
            }
            self.pattern.deviate_adjoint(self.scale(mode), (&away, &slopes), size, factor_bar);
        }
        self.structure.parameters.iter().zip(&by_parameters).for_each(|(&at, g)| total[at] += g);
    }

    /// Takes away what depends on parameters alone as often as it came too much: once a point
    /// beyond the first.
    pub(super) fn without_repeats(
        &mut self,
        parameters: &[f64],
        looked: &Looked,
        total: &mut [f64],
    ) {
        let repeats = looked.weights.points() - 1;
        if repeats == 0 {
            return;
        }
        let hidden = looked
            .mode
            .as_ref()
            .map_or_else(|| self.points.nodes.point(0).to_vec(), |mode| mode.hidden.clone());
        let blocks = self.structure.blocks.len();
        let (mut values, mut alone) = (vec![0.0; blocks], vec![0.0; total.len()]);
        self.joint.weighted(
            &self.structure.whole(parameters, &hidden),
            &vec![0.0; blocks],
            &mut values,
            &mut alone,
        );
        total.iter_mut().zip(&alone).for_each(|(t, a)| *t -= repeats as f64 * a);
    }

    /// Adds what comes through the factor and the mode: `total` holds the gradient with both held
    /// fixed, its hidden entries what moves the mode.
    pub(super) fn through_mode(
        &mut self,
        parameters: &[f64],
        mode: &Mode,
        mut factor_bar: Vec<f64>,
        total: &mut [f64],
    ) {
        let scale = self.scale(mode);
        self.pattern.diagonal.iter().for_each(|&entry| factor_bar[entry] -= 1.0 / scale[entry]);
        if self.is_tempered() {
            self.pattern.adjoint_tempered(scale, &mut factor_bar, self.bend());
        } else {
            self.pattern.adjoint(scale, &mut factor_bar);
        }
        let q = self.structure.whole(parameters, &mode.hidden);
        let (bend, structure) = (self.bend(), &self.structure);
        let mut search = Search {
            joint: &mut self.joint,
            structure,
            colouring: self.colouring.as_deref(),
            pattern: &self.pattern,
            bend,
        };
        search.add_gradient(&q, &factor_bar, total);
        let mut part = vec![0.0; q.len()];
        // The mode moves by A⁻¹ times the mixed derivatives.
        let push: Vec<f64> = self.structure.hidden.iter().map(|&at| total[at]).collect();
        let push = self.pattern.solve(&mode.factor, &push);
        let direction = self.structure.whole(&vec![0.0; parameters.len()], &push);
        self.joint.hessian_vector(&q, &direction, &mut part);
        total.iter_mut().zip(&part).for_each(|(t, p)| *t += p);
    }
}
