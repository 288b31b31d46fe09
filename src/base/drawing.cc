#include "base/drawing.h"

#include <iomanip>

namespace vouch {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

std::string fixed_text(double x, int digits) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(digits) << x;
  return out.str();
}

void Drawing::text(double x, double y, const std::string& what, const char* anchor) {
  body_ << "<text x=\"" << fixed_text(x) << "\" y=\"" << fixed_text(y) << "\" text-anchor=\""
        << anchor << "\">" << escaped(what) << "</text>\n";
}

void Drawing::bar(double x, double y, double width, double height, const char* colour) {
  body_ << "<rect x=\"" << fixed_text(x) << "\" y=\"" << fixed_text(y) << "\" width=\""
        << fixed_text(width) << "\" height=\"" << fixed_text(height) << "\" fill=\"" << colour
        << "\"/>\n";
}

void Drawing::line(double x0, double y0, double x1, double y1, const char* colour) {
  body_ << "<line x1=\"" << fixed_text(x0) << "\" y1=\"" << fixed_text(y0) << "\" x2=\""
        << fixed_text(x1) << "\" y2=\"" << fixed_text(y1) << "\" stroke=\"" << colour << "\"/>\n";
}

void Drawing::curve(const std::vector<std::pair<double, double>>& points, const char* colour,
                    const char* dashes) {
  body_ << "<polyline fill=\"none\" stroke=\"" << colour << "\" stroke-width=\"1.5\" "
        << "stroke-dasharray=\"" << dashes << "\" points=\"";
  for (const auto& [x, y] : points) {
    body_ << fixed_text(x) << ',' << fixed_text(y) << ' ';
  }
  body_ << "\"/>\n";
}

void Drawing::dot(double x, double y, const char* colour) {
  body_ << "<circle cx=\"" << fixed_text(x) << "\" cy=\"" << fixed_text(y) << "\" r=\"3\" fill=\""
        << colour << "\"/>\n";
}

std::string Drawing::whole(double height) const {
  const std::string size = fixed_text(width_, 0);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + size + "\" height=\"" +
         fixed_text(height, 0) + "\" viewBox=\"0 0 " + size + " " + fixed_text(height, 0) +
         "\" font-family=\"sans-serif\" font-size=\"12\">\n" +
         "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" + body_.str() + "</svg>\n";
}

}  // namespace vouch
