//! The ad sets together: one belief an ad set, each leaning on the others as far as its own figures leave room.
//!
//! Three things are shared (a hierarchical model, each ad set leaning on what the others say by themselves, i.e. empirical Bayes;
//! Efron and Morris, 1975): how S-shaped curves are, at which spend they saturate, and what money brings before they do. The last
//! is the strongest: auctions sell results at prices that differ less between placements than the size of their audiences does, so
//! an ad set with many results is first taken to be a large one.
//! Given a shape, results a click have a Gamma posterior, because the count of results, the pooled rate and the pooled price of a
//! result each contribute a Gamma factor.

use statrs::function::gamma::digamma;

use super::bank::{Bank, Height, PerMode, leanings};
use super::filter::Filter;
use super::grid::{ALPHAS, Grid, KAPPAS, POINTS, Shape};
use super::worth::Worth;

/// Spread of ln(exponent), ln(saturation) and ln(price) between the ad sets of one campaign.
const ALPHA_SPREAD: f64 = 0.3;
const KAPPA_SPREAD: f64 = 0.5;
const PRICE_SPREAD: f64 = 0.8;
/// Where the common exponent and saturation (in even shares) are before anything is seen, in logs, and how surely.
const ALPHA_PRIOR: (f64, f64) = (0.1, 0.25);
const KAPPA_PRIOR: (f64, f64) = (0.0, 0.3);

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
    /// By ad set: what the others say of its price; `None` where there are none.
    price: Vec<Option<Price>>,
}

pub(super) fn believe(grid: &Grid, filter: &Filter, worth: &[Worth]) -> Vec<Belief> {
    let modes: Vec<_> = filter.banks.iter().map(|bank| bank.modes(grid)).collect();
    let own: Vec<Own> =
        leanings(&modes).iter().enumerate().map(|(i, leaning)| Own::new(grid, &filter.banks[i], &worth[i], leaning)).collect();
    let weigh = |shared: &Shared| -> Vec<Belief> {
        let of = |(i, own): (usize, &Own)| own.weigh(&worth[i], &shared.alpha[i], &shared.kappa[i], shared.price[i]);
        own.iter().enumerate().map(of).collect()
    };
    // Once from each ad set alone to what is shared, and back: further rounds would hand each its own evidence again as the others'.
    let nothing = Shared::before(grid, own.len());
    let shared = nothing.learn(grid, &own, &weigh(&nothing));
    weigh(&shared)
}

impl Shared {
    /// Before anything is seen.
    fn before(grid: &Grid, ad_sets: usize) -> Self {
        let none = |points: Vec<f64>| vec![vec![0.0; points.len()]; ad_sets];
        Self::of(grid, &none(grid.ln_alphas()), &none(grid.ln_kappas()), vec![None; ad_sets])
    }

    fn of(grid: &Grid, by_alpha: &[Vec<f64>], by_kappa: &[Vec<f64>], price: Vec<Option<Price>>) -> Self {
        Self {
            alpha: common(&grid.ln_alphas(), by_alpha, ALPHA_PRIOR, ALPHA_SPREAD),
            kappa: common(&grid.ln_kappas(), by_kappa, KAPPA_PRIOR, KAPPA_SPREAD),
            price,
        }
    }

    /// What each ad set says by itself of its shape and its price: its belief with the shared prior taken out again.
    fn learn(&self, grid: &Grid, own: &[Own], beliefs: &[Belief]) -> Self {
        let n = own.len();
        let (mut by_alpha, mut by_kappa) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let mut prices = vec![LnPrice::default(); n];
        for (i, belief) in beliefs.iter().enumerate() {
            let (mut a, mut k) = ([1e-12; ALPHAS.len()], [1e-12; KAPPAS]);
            for cell in &belief.cells {
                a[cell.shape / KAPPAS] += cell.weight;
                k[cell.shape % KAPPAS] += cell.weight;
                prices[i].add(cell, own[i].shapes[cell.shape].ln_start);
            }
            by_alpha.push(a.iter().zip(&self.alpha[i]).map(|(w, prior)| w.ln() - prior).collect());
            by_kappa.push(k.iter().zip(&self.kappa[i]).map(|(w, prior)| w.ln() - prior).collect());
        }
        Self::of(grid, &by_alpha, &by_kappa, Price::of_others(&prices))
    }
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
    let likely: Vec<Vec<f64>> = ln_priors.iter().map(|ln| ln.iter().map(|l| l.exp()).collect()).collect();
    // said[i][m]: how likely ad set i makes mean m (log, up to a constant of its own).
    let say = |evidence: &Vec<f64>| {
        let top = evidence.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let evidence: Vec<f64> = evidence.iter().map(|e| (e - top).exp()).collect();
        likely.iter().map(|p| p.iter().zip(&evidence).map(|(a, b)| a * b).sum::<f64>().max(1e-300).ln()).collect()
    };
    let said: Vec<Vec<f64>> = evidence.iter().map(say).collect();
    let all: Vec<f64> =
        (0..MEANS).map(|m| -0.5 * ((means[m] - prior.0) / prior.1).powi(2) + said.iter().map(|s| s[m]).sum::<f64>()).collect();
    let leave = |own: &Vec<f64>| {
        let others: Vec<f64> = all.iter().zip(own).map(|(a, o)| a - o).collect();
        let whole = ln_sum(&others);
        let others: Vec<f64> = others.iter().map(|o| (o - whole).exp()).collect();
        (0..points.len()).map(|x| others.iter().zip(&likely).map(|(o, p)| o * p[x]).sum::<f64>().max(1e-300).ln()).collect()
    };
    said.iter().map(leave).collect()
}

/// Log of the sum of exponentials.
fn ln_sum(terms: &[f64]) -> f64 {
    let top = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY { top } else { top + terms.iter().map(|t| (t - top).exp()).sum::<f64>().ln() }
}

/// What is believed of the log of one ad set's price: moments about zero.
#[derive(Debug, Clone, Copy, Default)]
struct LnPrice {
    mean: f64,
    square: f64,
}

impl LnPrice {
    fn add(&mut self, cell: &Cell, ln_start: f64) {
        let (count, clicks) = cell.per_click;
        let ln = ln_start + (count / clicks).max(1e-300).ln();
        self.mean += cell.weight * ln;
        // The log of a Gamma variable varies by about one over its shape.
        self.square += cell.weight * (ln * ln + 1.0 / count);
    }

    fn variance(&self) -> f64 {
        (self.square - self.mean * self.mean).max(0.0)
    }
}

/// What the other ad sets make likely of one ad set's price: the objective a unit of money brings before it saturates. A Gamma factor.
#[derive(Debug, Clone, Copy)]
struct Price {
    /// Log of its mean.
    ln_mean: f64,
    /// Its shape.
    sure: f64,
}

impl Price {
    /// For each ad set from the log prices of all others: a further one of so many that scatter by [`PRICE_SPREAD`] about a mean
    /// nobody knows, so its variance is the spread's, the mean's and that of what is believed of the others together.
    fn of_others(known: &[LnPrice]) -> Vec<Option<Self>> {
        let others = known.len() as f64 - 1.0;
        let (sum, unsure) = known.iter().fold((0.0, 0.0), |(sum, unsure), ln| (sum + ln.mean, unsure + ln.variance()));
        let of = |own: &LnPrice| {
            let variance = PRICE_SPREAD * PRICE_SPREAD * (1.0 + 1.0 / others) + (unsure - own.variance()) / (others * others);
            let sure = 1.0 / variance;
            // The logs have that mean; a Gamma variable itself has a larger one.
            let ln_mean = (sum - own.mean) / others + sure.ln() - digamma(sure);
            (others > 0.0).then_some(Self { ln_mean, sure })
        };
        known.iter().map(of).collect()
    }
}

/// What one ad set's own figures say of every shape.
struct Own {
    shapes: Vec<OwnShape>,
    /// Whether it has seen a day.
    seen: bool,
}

struct OwnShape {
    height: Height,
    /// The value of clicks a unit of money brings before it saturates, and its log: the height over the saturation, times value.
    start: f64,
    ln_start: f64,
}

impl Own {
    fn new(grid: &Grid, bank: &Bank, worth: &Worth, leaning: &PerMode) -> Self {
        let of = |(height, shape): (Height, &Shape)| {
            let start = (height.a / height.b * worth.value / shape.kappa).max(1e-300);
            OwnShape { height, start, ln_start: start.ln() }
        };
        Self { shapes: bank.heights(leaning).into_iter().zip(&grid.shapes).map(of).collect(), seen: bank.days > 0 }
    }

    /// The belief about the ad set, given what is shared.
    fn weigh(&self, worth: &Worth, alpha: &[f64], kappa: &[f64], price: Option<Price>) -> Belief {
        let price = price.filter(|price| self.seen && price.ln_mean.is_finite());
        let count = worth.results + worth.shape + price.map_or(0.0, |price| price.sure);
        let mut cells = Vec::with_capacity(self.shapes.len());
        let mut top = f64::NEG_INFINITY;
        for (j, OwnShape { height, start, ln_start }) in self.shapes.iter().enumerate() {
            let mut ln = height.ln_weight + alpha[j / KAPPAS] + kappa[j % KAPPAS];
            let mut clicks = worth.clicks + worth.rate;
            if let Some(Price { ln_mean, sure }) = price {
                clicks += sure * start * (-ln_mean).exp();
                ln += sure * ln_start - count * clicks.ln();
            }
            top = top.max(ln);
            cells.push(Cell { shape: j, weight: ln, height: (height.a, height.b), per_click: (count, clicks) });
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
