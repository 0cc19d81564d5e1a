//! Charts drawn on the server as SVG with real text and CSS classes; pure functions of plain structs.
//!
//! Geometry is written into the drawing, colour stays in `static/app.css` (light, dark, print). A table stands behind each
//! chart on its page. Floating point is for pixels only: every figure shown arrives as text.
