//! Branch and bound where returns grow before they diminish.
//!
//! A node is a set of boxes; its bound is the dual value of the concave envelopes on them, its candidate their best division, which is
//! a division like any other. Where envelope and curve differ most the box is cut at that very money, so that both
//! envelopes touch the curve there. Segments that are alike in everything are kept in falling order, or every permutation of them
//! would have to be refuted.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::Rc;

use super::piece::Piece;
use super::settle::{Scratch, Settled, sum};
use super::shape::Price;
use super::whole::Grid;

/// How much a search may do before it gives the best found with the bound proven so far: nodes, and segments looked at in them.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Nodes.
    pub nodes: usize,
    /// Segments looked at, summed over the nodes.
    pub segments: usize,
}

/// What is asked of a search.
#[derive(Debug, Clone, Copy)]
pub struct Goal<'a> {
    /// How far the answer may lie below its bound, as a share of it.
    pub gap: f64,
    /// Only whole minor units will do.
    pub grid: Option<&'a Grid>,
    /// When to give up.
    pub effort: Effort,
}

/// Halvings when a box is narrowed by its price; each end is off by a millionth of the box at most, on the safe side.
const HALVINGS: usize = 20;

/// What a search found.
pub struct Found {
    /// What each segment gets.
    pub money: Vec<f64>,
    /// What that brings.
    pub value: f64,
    /// What no division exceeds.
    pub bound: f64,
    /// Whether the search came to its end.
    pub complete: bool,
    /// The price at the root.
    pub price: Price,
}

/// A narrowed box, and those narrowed before it.
struct Cut {
    place: usize,
    piece: Piece,
    before: Option<Rc<Cut>>,
}

struct Node {
    bound: f64,
    start: Price,
    cuts: Option<Rc<Cut>>,
}

/// The segments with their widest boxes, and the best division so far.
struct Search<'a> {
    pieces: &'a mut [Piece],
    total: f64,
    goal: Goal<'a>,
    scratch: &'a mut Scratch,
    /// The number of the first segment that is like this one in everything.
    twins: Vec<usize>,
    best: Vec<f64>,
    value: f64,
    heap: BinaryHeap<Node>,
}

/// The best division of `total` over `pieces`, which are in canonical order and whose boxes hold it; `None` where no whole
/// division was found that was asked for.
pub fn search(pieces: &mut [Piece], total: f64, start: Price, goal: Goal, scratch: &mut Scratch) -> Option<Found> {
    let root = scratch.settle(pieces, total, start);
    let (best, value, heap) = (Vec::new(), f64::NEG_INFINITY, BinaryHeap::new());
    let mut search = Search { pieces, total, goal, scratch, twins: Vec::new(), best, value, heap };
    search.consider();
    let (mut bound, mut complete) = (root.bound, true);
    if bound > search.enough() && search.pieces.iter().any(Piece::is_relaxed) {
        search.twins = twins(search.pieces);
        search.dive(root, true);
        search.dive(root, false);
        let again = search.narrow(root);
        let (proven, ended) = search.run(again);
        (bound, complete) = (bound.min(proven), ended);
    }
    let Search { best: money, value, .. } = search;
    (value > f64::NEG_INFINITY).then(|| Found { bound: bound.max(value), complete, money, value, price: root.price })
}

impl Search<'_> {
    /// The bound below which a node cannot improve enough on what was found.
    fn enough(&self) -> f64 {
        self.value + self.goal.gap * self.value.abs()
    }

    /// Takes the division in the scratch, or the whole one next to it, if it is better than the best.
    fn consider(&mut self) {
        let whole: Vec<f64>;
        let money = match self.goal.grid {
            None => &self.scratch.money,
            Some(grid) => {
                let Some(amounts) = grid.round(self.pieces, &self.scratch.money) else { return };
                whole = amounts.into_iter().map(|amount| grid.money(amount)).collect();
                &whole
            }
        };
        let value = sum(self.pieces.iter().zip(money).map(|(piece, money)| piece.curve.value(*money)));
        if value > self.value {
            self.value = value;
            self.best.clone_from(money);
        }
    }

    /// The segment whose envelope lies furthest above its curve at the money it has, and how far all of them do.
    fn most_relaxed(&self) -> Option<(usize, f64)> {
        let mut most: Option<(usize, f64)> = None;
        let mut lifts = 0.0;
        for (place, (piece, money)) in self.pieces.iter().zip(&self.scratch.money).enumerate() {
            if piece.is_relaxed() && *money > piece.lo && *money < piece.knee {
                let lift = piece.slope * (money - piece.lo) - piece.curve.gain(piece.lo, money - piece.lo);
                lifts += lift;
                if lift > most.map_or(0.0, |(_, lift)| lift) {
                    most = Some((place, lift));
                }
            }
        }
        most.map(|(place, _)| (place, lifts))
    }

    /// Looks for a good division at once: whatever lies on its bridge goes to the far end, or back, until nothing does.
    fn dive(&mut self, root: Settled, up: bool) {
        let saved = self.pieces.to_vec();
        let mut price = root.price;
        for round in 0..=self.pieces.len() {
            if round > 0 {
                price = self.scratch.settle(self.pieces, self.total, price).price;
                self.consider();
            } else {
                self.scratch.settle(self.pieces, self.total, price);
            }
            let Some((place, _)) = self.most_relaxed() else { break };
            let Piece { curve, lo, hi, knee, .. } = self.pieces[place];
            let on = Piece::new(curve, curve.inflection().max(lo).min(knee), hi);
            let off = Piece::new(curve, lo, lo);
            let fits = |piece: &Piece| self.fits_with(&[(place, *piece)]);
            let (first, second) = if up { (on, off) } else { (off, on) };
            let choice = if fits(&first) { first } else { second };
            if !fits(&choice) {
                break;
            }
            self.pieces[place] = choice;
        }
        self.pieces.copy_from_slice(&saved);
    }

    /// Narrows every box to the money that could still beat the best: at the root's price, any other costs more than the whole gap.
    /// Then settles the root again.
    fn narrow(&mut self, root: Settled) -> Settled {
        let slack = root.bound - self.value;
        let grid = self.goal.grid;
        for piece in self.pieces.iter_mut().filter(|piece| piece.is_relaxed()) {
            let (lo, hi) = useful_part(piece, &root.price, slack);
            let (lo, hi) = grid.map_or((lo, hi), |grid| (grid.money(grid.up(lo)), grid.money(grid.down(hi))));
            let (lo, hi) = (lo.min(piece.hi), hi.max(lo).min(piece.hi));
            if lo > piece.lo || hi < piece.hi {
                *piece = Piece::new(piece.curve, lo, hi);
            }
        }
        let again = self.scratch.settle(self.pieces, self.total, root.price);
        self.consider();
        Settled { bound: again.bound.min(root.bound), ..again }
    }

    /// Searches below the root; the bound that is proven at the end, and whether that is the end of the search or of its effort.
    fn run(&mut self, root: Settled) -> (f64, bool) {
        let mut closed = f64::NEG_INFINITY;
        self.heap.push(Node { bound: root.bound, start: root.price, cuts: None });
        let Effort { nodes, segments } = self.goal.effort;
        for _ in 0..nodes.min(segments / self.pieces.len()) {
            let Some(node) = self.heap.pop() else { return (closed, true) };
            if node.bound <= self.enough() {
                return (closed.max(node.bound), true);
            }
            let undo = self.apply(node.cuts.as_deref());
            closed = closed.max(self.visit(&node));
            for (place, piece) in undo.into_iter().rev() {
                self.pieces[place] = piece;
            }
        }
        self.heap.peek().map_or((closed, true), |node| (closed.max(node.bound), node.bound <= self.enough()))
    }

    /// Settles a node and branches where that is not enough; its bound if it is closed thereby.
    fn visit(&mut self, node: &Node) -> f64 {
        let settled = self.scratch.settle(self.pieces, self.total, node.start);
        let bound = settled.bound.min(node.bound);
        let relaxed = self.most_relaxed();
        if bound - relaxed.map_or(0.0, |(_, lift)| lift) > self.value {
            self.consider();
        }
        if bound <= self.enough() {
            return bound;
        }
        let place = relaxed.map(|(place, _)| (place, self.scratch.money[place]));
        match place.or_else(|| self.goal.grid.and_then(|grid| self.unsettled(grid, &settled.price))) {
            Some((place, at)) => {
                self.branch(place, at, &settled, bound, node);
                f64::NEG_INFINITY
            }
            // Curve and envelope agree, or, of whole units, returns diminish everywhere: this was the best of the boxes.
            None if self.goal.grid.is_none() => bound,
            None => f64::NEG_INFINITY,
        }
    }

    /// Of the boxes where returns still grow, the one that is nearest to changing its mind, and where to cut it: a tight relaxation
    /// does not settle whole units.
    fn unsettled(&self, grid: &Grid, price: &Price) -> Option<(usize, f64)> {
        let margin = |piece: &Piece| (piece.slope / price.value).ln().abs();
        let open =
            self.pieces.iter().enumerate().filter(|(_, piece)| piece.is_relaxed() && grid.down(piece.hi) > grid.up(piece.lo));
        let (place, piece) = open.min_by(|(_, a), (_, b)| margin(a).total_cmp(&margin(b)))?;
        let inflection = piece.curve.inflection();
        let at = if inflection < piece.hi {
            inflection
        } else if self.scratch.money[place] > piece.lo {
            grid.money(grid.down(piece.hi) - 1)
        } else {
            piece.lo
        };
        Some((place, at))
    }

    fn apply(&mut self, cuts: Option<&Cut>) -> Vec<(usize, Piece)> {
        let mut undo: Vec<(usize, Piece)> = Vec::new();
        let mut next = cuts;
        while let Some(cut) = next {
            // The latest cut of a place is the narrowest.
            if undo.iter().all(|(place, _)| *place != cut.place) {
                undo.push((cut.place, self.pieces[cut.place]));
                self.pieces[cut.place] = cut.piece;
            }
            next = cut.before.as_deref();
        }
        undo
    }

    fn branch(&mut self, place: usize, at: f64, settled: &Settled, bound: f64, node: &Node) {
        for below in [true, false] {
            let cuts = self.cut(place, at, below);
            if !self.fits_with(&cuts) {
                continue;
            }
            let lost: f64 =
                cuts.iter().map(|(p, piece)| self.pieces[*p].surplus(&settled.price) - piece.surplus(&settled.price)).sum();
            let bound = bound.min(settled.bound - lost);
            if bound > self.enough() {
                let cuts = cuts
                    .into_iter()
                    .fold(node.cuts.clone(), |before, (place, piece)| Some(Rc::new(Cut { place, piece, before })));
                self.heap.push(Node { bound, start: settled.price, cuts });
            }
        }
    }

    /// The boxes that a cut at `at` narrows: that of the segment, and of its twins that come after (or before) it in order.
    fn cut(&self, place: usize, at: f64, below: bool) -> Vec<(usize, Piece)> {
        let at = match self.goal.grid {
            None => at,
            Some(grid) => grid.money(grid.down(at) + i64::from(!below)),
        };
        let narrowed = |piece: &Piece| {
            let (lo, hi) = if below { (piece.lo, at.min(piece.hi)) } else { (at.max(piece.lo), piece.hi) };
            Piece::new(piece.curve, lo, hi.max(lo))
        };
        let twin = |p: &usize| self.twins[*p] == self.twins[place];
        let twins: Vec<usize> = if below {
            (place + 1..self.pieces.len()).take_while(twin).collect()
        } else {
            (0..place).rev().take_while(twin).collect()
        };
        let affected = |p: &usize| if below { self.pieces[*p].hi > at } else { self.pieces[*p].lo < at };
        std::iter::once(place).chain(twins.into_iter().filter(affected)).map(|p| (p, narrowed(&self.pieces[p]))).collect()
    }

    /// Whether the boxes still hold the total when these replace theirs.
    fn fits_with(&self, cuts: &[(usize, Piece)]) -> bool {
        let (mut floor, mut ceiling) = (0.0, 0.0);
        for piece in self.pieces.iter() {
            floor += piece.lo;
            ceiling += piece.hi;
        }
        for (place, piece) in cuts {
            floor += piece.lo - self.pieces[*place].lo;
            ceiling += piece.hi - self.pieces[*place].hi;
        }
        let rounding = 1e-12 * self.total;
        floor <= self.total + rounding && ceiling >= self.total - rounding
    }
}

fn twins(pieces: &[Piece]) -> Vec<usize> {
    let alike = |a: &Piece, b: &Piece| a.curve == b.curve && a.lo == b.lo && a.hi == b.hi;
    let mut first = 0;
    (0..pieces.len())
        .map(|place| {
            if !alike(&pieces[first], &pieces[place]) {
                first = place;
            }
            first
        })
        .collect()
}

/// The part of a box whose surplus at this price comes within `slack` of the best: one or both of the hump at `lo` and that beyond
/// the inflection.
fn useful_part(piece: &Piece, price: &Price, slack: f64) -> (f64, f64) {
    let surplus = |money: f64| piece.curve.value(money) - price.value * money;
    // The peak beyond the inflection, also where at this price the segment would rather have nothing.
    let peak = piece.curve.inverse_marginal(price.value).max(piece.lo).min(piece.hi);
    let enough = surplus(piece.lo).max(surplus(peak)) - slack;
    let useful = |money: f64| surplus(money) >= enough;
    // The end of the useful money between a useful point and a useless one, on the useless side.
    let edge = |mut inside: f64, mut outside: f64| {
        for _ in 0..HALVINGS {
            let middle = 0.5 * (inside + outside);
            *(if useful(middle) { &mut inside } else { &mut outside }) = middle;
        }
        outside
    };
    match (useful(piece.lo), useful(peak)) {
        (true, false) => (piece.lo, edge(piece.lo, peak)),
        (low, _) => {
            (if low { piece.lo } else { edge(peak, piece.lo) }, if useful(piece.hi) { piece.hi } else { edge(peak, piece.hi) })
        }
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bound.total_cmp(&other.bound)
    }
}
