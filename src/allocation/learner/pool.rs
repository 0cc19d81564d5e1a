//! The ad sets together: one belief an ad set, each leaning on the others as far as its own figures leave room.
//!
//! Three things are shared (a hierarchical model fitted by expectation-maximisation, i.e. empirical Bayes; Efron and Morris,
//! 1975): how S-shaped curves are, at which spend they saturate, and what money brings before they do. The last is the strongest:
//! auctions sell results at prices that differ less between placements than the size of their audiences does, so an ad set with
//! many results is first taken to be a large one.
//! Given a shape, results a click have a Gamma posterior, because the count of results, the pooled rate and the pooled price of a
//! result each contribute a Gamma factor.

use super::filter::{Filter, MEMORIES, MEMORY_PRIOR};
use super::grid::{ALPHAS, Grid, KAPPAS, POINTS};
use super::worth::Worth;

/// Spread of ln(exponent), ln(saturation) and ln(price) between the ad sets of one campaign.
const ALPHA_SPREAD: f64 = 0.2;
const KAPPA_SPREAD: f64 = 0.5;
const PRICE_SPREAD: f64 = 0.5;
/// Where the common exponent and saturation (in even shares) are before anything is seen, in logs, and how surely.
const ALPHA_PRIOR: (f64, f64) = (0.1, 0.25);
const KAPPA_PRIOR: (f64, f64) = (0.0, 0.3);
const ROUNDS: usize = 4;

/// One possible curve of an ad set: its weight and the Gamma posteriors of its height and of results a click.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub shape: usize,
    pub weight: f64,
    /// Clicks at saturation: Gamma shape and rate.
    pub height: (f64, f64),
    /// Results a click: Gamma shape and rate.
    pub per_click: (f64, f64),
}

impl Cell {
    /// Mean of results at saturation.
    pub fn mean(&self) -> f64 {
        self.height.0 / self.height.1 * self.per_click.0 / self.per_click.1
    }

    /// Mean of their square.
    pub fn square(&self) -> f64 {
        self.mean().powi(2) * (1.0 + 1.0 / self.height.0) * (1.0 + 1.0 / self.per_click.0)
    }
}

/// What is believed of one ad set.
#[derive(Debug, Clone)]
pub(super) struct Belief {
    /// The curves that matter, weights summing to 1.
    pub cells: Vec<Cell>,
    pub value: f64,
    pub value_variance: f64,
}

/// What is believed of the shared parameters, seen from one ad set: log prior of each exponent and saturation of the grid.
struct Shared {
    /// By ad set, then by exponent.
    alpha: Vec<Vec<f64>>,
    /// By ad set, then by saturation.
    kappa: Vec<Vec<f64>>,
    /// Log of the objective a unit of money at half saturation and below.
    price: f64,
}

pub(super) fn believe(grid: &Grid, filter: &Filter, worth: &[Worth]) -> Vec<Belief> {
    let n = worth.len();
    let alphas: Vec<f64> = (0..ALPHAS.len()).map(|a| grid.shapes[a * KAPPAS].ln_alpha).collect();
    let kappas: Vec<f64> = (0..KAPPAS).map(|k| grid.shapes[k].ln_kappa).collect();
    let none = |points: &[f64]| vec![vec![0.0; points.len()]; n];
    let mut shared = Shared {
        alpha: common(&alphas, &none(&alphas), ALPHA_PRIOR, ALPHA_SPREAD),
        kappa: common(&kappas, &none(&kappas), KAPPA_PRIOR, KAPPA_SPREAD),
        price: f64::NAN,
    };
    let mut beliefs = Vec::new();
    for round in 0..ROUNDS {
        beliefs =
            (0..n).map(|i| weigh(grid, &filter.banks[i], &worth[i], &shared.alpha[i], &shared.kappa[i], shared.price)).collect();
        if round + 1 == ROUNDS {
            break;
        }
        // What each ad set says by itself of an exponent: its belief with the shared prior taken out again.
        let (mut by_alpha, mut by_kappa) = (none(&alphas), none(&kappas));
        let mut price = 0.0;
        for (i, belief) in beliefs.iter().enumerate() {
            let (mut a, mut k) = (vec![1e-12; alphas.len()], vec![1e-12; kappas.len()]);
            for cell in &belief.cells {
                a[cell.shape / KAPPAS] += cell.weight;
                k[cell.shape % KAPPAS] += cell.weight;
                price +=
                    cell.weight * (cell.mean().max(1e-300) * worth[i].value.max(1e-300) / grid.shapes[cell.shape].kappa).ln();
            }
            by_alpha[i] = a.iter().zip(&shared.alpha[i]).map(|(w, prior)| w.ln() - prior).collect();
            by_kappa[i] = k.iter().zip(&shared.kappa[i]).map(|(w, prior)| w.ln() - prior).collect();
        }
        shared = Shared {
            alpha: common(&alphas, &by_alpha, ALPHA_PRIOR, ALPHA_SPREAD),
            kappa: common(&kappas, &by_kappa, KAPPA_PRIOR, KAPPA_SPREAD),
            price: price / n as f64,
        };
    }
    beliefs
}

/// The prior that the other ad sets leave each one: the common mean is normal around `prior.0`, each ad set around the mean.
fn common(points: &[f64], evidence: &[Vec<f64>], prior: (f64, f64), spread: f64) -> Vec<Vec<f64>> {
    const MEANS: usize = 13;
    let means: Vec<f64> = (0..MEANS).map(|m| prior.0 + prior.1 * (m as f64 - 6.0) / 2.4).collect();
    let ln_priors: Vec<Vec<f64>> = means
        .iter()
        .map(|mean| {
            let ln: Vec<f64> = points.iter().map(|x| -0.5 * ((x - mean) / spread).powi(2)).collect();
            let whole = ln_sum(&ln);
            ln.iter().map(|l| l - whole).collect()
        })
        .collect();
    // said[i][m]: how likely ad set i makes mean m.
    let said: Vec<Vec<f64>> = evidence
        .iter()
        .map(|e| ln_priors.iter().map(|p| ln_sum(&e.iter().zip(p).map(|(a, b)| a + b).collect::<Vec<_>>())).collect())
        .collect();
    let all: Vec<f64> =
        (0..MEANS).map(|m| -0.5 * ((means[m] - prior.0) / prior.1).powi(2) + said.iter().map(|s| s[m]).sum::<f64>()).collect();
    said.iter()
        .map(|own| {
            let others: Vec<f64> = all.iter().zip(own).map(|(a, o)| a - o).collect();
            let whole = ln_sum(&others);
            (0..points.len())
                .map(|x| ln_sum(&(0..MEANS).map(|m| others[m] - whole + ln_priors[m][x]).collect::<Vec<_>>()))
                .collect()
        })
        .collect()
}

/// Log of the sum of exponentials.
fn ln_sum(terms: &[f64]) -> f64 {
    let top = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY { top } else { top + terms.iter().map(|t| (t - top).exp()).sum::<f64>().ln() }
}

/// The belief about one ad set, given what is shared.
fn weigh(grid: &Grid, bank: &super::filter::Bank, worth: &Worth, alpha: &[f64], kappa: &[f64], price: f64) -> Belief {
    let own = 1.0 / (PRICE_SPREAD * PRICE_SPREAD);
    let priced = price.is_finite() && bank.days > 0;
    let count = worth.results + worth.shape + if priced { own } else { 0.0 };
    let mut cells = Vec::with_capacity(grid.shapes.len() * MEMORIES.len());
    let mut top = f64::NEG_INFINITY;
    for (j, shape) in grid.shapes.iter().enumerate() {
        let prior = alpha[j / KAPPAS] + kappa[j % KAPPAS];
        for (m, memory_prior) in MEMORY_PRIOR.iter().enumerate() {
            let at = j * MEMORIES.len() + m;
            let rate = if bank.days > 0 { bank.b[at] } else { bank.a[m] };
            let height = bank.a[m] / rate;
            let mut ln = bank.ln_weight[at] + prior + memory_prior;
            let mut clicks = worth.clicks + worth.rate;
            if priced {
                let expected = price.exp() * shape.kappa / (height * worth.value);
                let pseudo = own / expected;
                clicks += pseudo;
                ln += own * pseudo.ln() - count * clicks.ln();
            }
            top = top.max(ln);
            cells.push(Cell { shape: j, weight: ln, height: (bank.a[m], rate), per_click: (count, clicks) });
        }
    }
    let mut whole = 0.0;
    for cell in &mut cells {
        cell.weight = (cell.weight - top).exp();
        whole += cell.weight;
    }
    cells.retain(|cell| cell.weight > 1e-7 * whole);
    for cell in &mut cells {
        cell.weight /= whole;
    }
    Belief { cells, value: worth.value, value_variance: worth.value_variance }
}

impl Belief {
    /// The objective expected at each point of spend, and its standard deviation (of the belief, not of a day's counts).
    pub fn curve(&self, grid: &Grid) -> (Vec<f64>, Vec<f64>) {
        let shapes = grid.shapes.len();
        let (mut first, mut second) = (vec![0.0; shapes], vec![0.0; shapes]);
        for cell in &self.cells {
            first[cell.shape] += cell.weight * cell.mean();
            second[cell.shape] += cell.weight * cell.square();
        }
        let (mut mean, mut square) = (vec![0.0; POINTS], vec![0.0; POINTS]);
        for j in (0..shapes).filter(|j| first[*j] > 0.0) {
            for (g, h) in grid.row(j).iter().enumerate() {
                mean[g] += first[j] * h;
                square[g] += second[j] * h * h;
            }
        }
        for (m, s) in mean.iter_mut().zip(&mut square) {
            let variance = (*s * (1.0 + self.value_variance) - *m * *m).max(0.0);
            *s = self.value * variance.sqrt();
            *m *= self.value;
        }
        (mean, square)
    }
}
