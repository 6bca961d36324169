// Cairo draws, Pango sets text, GLib (which both stand on) computes checksums.
#include <cairo.h>
#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <pango/pangocairo.h>
