// Pictures for people (SVG): texts, bars and curves.
#pragma once

#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace vouch {

/// `x` with so many digits behind the point.
[[nodiscard]] std::string fixed_text(double x, int digits = 1);

/// Coordinates are in pixels from the upper left; text is escaped, colours are SVG's.
class Drawing {
 public:
  explicit Drawing(double width) : width_(width) {}
  void text(double x, double y, const std::string& what, const char* anchor = "start");
  void bar(double x, double y, double width, double height, const char* colour);
  void line(double x0, double y0, double x1, double y1, const char* colour);
  /// `dashes`: as SVG's stroke-dasharray has them.
  void curve(const std::vector<std::pair<double, double>>& points, const char* colour,
             const char* dashes = "none");
  void dot(double x, double y, const char* colour);
  /// The file.
  [[nodiscard]] std::string whole(double height) const;

 private:
  double width_;
  std::ostringstream body_;
};

}  // namespace vouch
