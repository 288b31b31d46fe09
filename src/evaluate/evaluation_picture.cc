#include "evaluate/evaluation_picture.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <utility>
#include <vector>

namespace vouch {
namespace {

constexpr double kWidth = 960;
constexpr double kMargin = 60;
constexpr double kTitleHeight = 40;
constexpr double kBarHeight = 18;
constexpr double kBarLabel = 220;  // width of what stands before the bars
constexpr double kChartHeight = 300;
constexpr double kLegendHeight = 60;

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

std::string number(double x, int digits = 1) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(digits) << x;
  return out.str();
}

class Drawing {
 public:
  void text(double x, double y, const std::string& what, const char* anchor = "start") {
    body_ << "<text x=\"" << number(x) << "\" y=\"" << number(y) << "\" text-anchor=\"" << anchor
          << "\">" << escaped(what) << "</text>\n";
  }
  void bar(double x, double y, double width, double height, const char* colour) {
    body_ << "<rect x=\"" << number(x) << "\" y=\"" << number(y) << "\" width=\"" << number(width)
          << "\" height=\"" << number(height) << "\" fill=\"" << colour << "\"/>\n";
  }
  void line(double x0, double y0, double x1, double y1, const char* colour) {
    body_ << "<line x1=\"" << number(x0) << "\" y1=\"" << number(y0) << "\" x2=\"" << number(x1)
          << "\" y2=\"" << number(y1) << "\" stroke=\"" << colour << "\"/>\n";
  }
  void curve(const std::vector<std::pair<double, double>>& points, const char* colour,
             const char* dashes) {
    body_ << "<polyline fill=\"none\" stroke=\"" << colour << "\" stroke-width=\"1.5\" "
          << "stroke-dasharray=\"" << dashes << "\" points=\"";
    for (const auto& [x, y] : points) {
      body_ << number(x) << ',' << number(y) << ' ';
    }
    body_ << "\"/>\n";
  }
  [[nodiscard]] std::string whole(double height) const {
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(kWidth, 0) +
           "\" height=\"" + number(height, 0) + "\" viewBox=\"0 0 " + number(kWidth, 0) + " " +
           number(height, 0) + "\" font-family=\"sans-serif\" font-size=\"12\">\n" +
           "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" + body_.str() + "</svg>\n";
  }

 private:
  std::ostringstream body_;
};

void draw_bar(Drawing& out, double y, const std::string& name, double share, const char* colour) {
  const double width = kWidth - kMargin - kBarLabel - kMargin;
  out.text(kBarLabel - 8, y + kBarHeight - 5, name, "end");
  out.bar(kBarLabel, y, width * share, kBarHeight - 3, colour);
  out.text(kBarLabel + width * share + 6, y + kBarHeight - 5, number(100 * share) + " %");
}

// The bars' lower end.
double draw_accuracy(Drawing& out, const Evaluation& e, double y) {
  const auto share = [&](uint64_t count, uint64_t of) {
    return of == 0 ? 0.0 : static_cast<double>(count) / static_cast<double>(of);
  };
  const auto bar = [&](const std::string& name, double value, const char* colour) {
    draw_bar(out, y, name, value, colour);
    y += kBarHeight;
  };
  const auto accuracy = [&](const std::string& who, const Accuracy& a, const char* colour) {
    if (e.labelled != 0) {
      bar(who + ", top-1", share(a.top1, e.labelled), colour);
      if (e.outputs >= 10) {
        bar(who + ", top-5", share(a.top5, e.labelled), colour);
      }
    }
  };
  accuracy("proven network", e.proven, "#1f6fb4");
  for (const auto& [who, other] :
       {std::pair("original", &e.original), std::pair("reference", &e.reference)}) {
    if (*other) {
      accuracy(who, (*other)->accuracy, "#8a8a8a");
      bar(std::string("same top-1 as ") + who, share((*other)->same_top1, e.inputs), "#4b9b4b");
    }
  }
  return y;
}

struct Curve {
  const char* name;
  const char* colour;
  const char* dashes;
  double (*value)(const LayerError&);
};

constexpr Curve kCurves[] = {
    {"bound, worst case", "#b03030", "none", [](const LayerError& l) { return l.worst_case; }},
    {"bound, statistical (6 sigma)", "#b03030", "6 3",
     [](const LayerError& l) { return l.statistical; }},
    {"expected at most (6 sigma)", "#e08a1e", "none",
     [](const LayerError& l) { return l.expected_largest; }},
    {"largest measured", "#1f6fb4", "none", [](const LayerError& l) { return l.largest; }},
    {"expected root mean square", "#e08a1e", "2 3", [](const LayerError& l) { return l.expected; }},
    {"measured root mean square", "#1f6fb4", "2 3",
     [](const LayerError& l) { return l.root_mean_square(); }}};

// Powers of ten of steps, from a hundredth to what codes can be off by.
constexpr double kLowest = -2;
constexpr double kHighest = 2.5;

double draw_layers(Drawing& out, const Evaluation& e, double y) {
  const double left = kMargin;
  const double width = kWidth - 2 * kMargin;
  const auto height_of = [&](double steps) {
    const double power = std::clamp(std::log10(std::max(steps, 1e-9)), kLowest, kHighest);
    return y + kChartHeight * (kHighest - power) / (kHighest - kLowest);
  };
  for (int power = -2; power <= 2; ++power) {
    const double steps = std::pow(10.0, power);
    out.line(left, height_of(steps), left + width, height_of(steps), "#dddddd");
    out.text(left - 6, height_of(steps) + 4, number(steps, std::max(0, -power)), "end");
  }
  out.text(
      left, y - 8,
      "Error of each layer, in steps of its codes (" + std::to_string(e.layer_inputs) + " inputs)");
  const double apart = width / static_cast<double>(std::max<size_t>(1, e.layers.size() - 1));
  double legend = y + kChartHeight + 24;
  for (const Curve& curve : kCurves) {
    std::vector<std::pair<double, double>> points;
    for (size_t i = 0; i < e.layers.size(); ++i) {
      points.emplace_back(left + apart * static_cast<double>(i),
                          height_of(curve.value(e.layers[i])));
    }
    out.curve(points, curve.colour, curve.dashes);
    out.curve({{left, legend - 4}, {left + 30, legend - 4}}, curve.colour, curve.dashes);
    out.text(left + 38, legend, curve.name);
    legend += 16;
  }
  return legend;
}

}  // namespace

std::string evaluation_picture(const Evaluation& evaluation, const std::string& title) {
  Drawing out;
  out.text(kMargin, kTitleHeight - 14, title);
  double y = draw_accuracy(out, evaluation, kTitleHeight) + kMargin / 2;
  if (!evaluation.layers.empty()) {
    y = draw_layers(out, evaluation, y + kMargin / 2);
  }
  return out.whole(y + kLegendHeight / 2);
}

}  // namespace vouch
