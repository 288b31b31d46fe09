#include "evaluate/evaluation_picture.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/drawing.h"

namespace vouch {
namespace {

constexpr double kWidth = 960;
constexpr double kMargin = 60;
constexpr double kTitleHeight = 40;
constexpr double kBarHeight = 18;
constexpr double kBarLabel = 220;  // width of what stands before the bars
constexpr double kChartHeight = 300;
constexpr double kLegendHeight = 60;

void draw_bar(Drawing& out, double y, const std::string& name, double share, const char* colour) {
  const double width = kWidth - kMargin - kBarLabel - kMargin;
  out.text(kBarLabel - 8, y + kBarHeight - 5, name, "end");
  out.bar(kBarLabel, y, width * share, kBarHeight - 3, colour);
  out.text(kBarLabel + width * share + 6, y + kBarHeight - 5, fixed_text(100 * share) + " %");
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
    out.text(left - 6, height_of(steps) + 4, fixed_text(steps, std::max(0, -power)), "end");
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
  Drawing out(kWidth);
  out.text(kMargin, kTitleHeight - 14, title);
  double y = draw_accuracy(out, evaluation, kTitleHeight) + kMargin / 2;
  if (!evaluation.layers.empty()) {
    y = draw_layers(out, evaluation, y + kMargin / 2);
  }
  return out.whole(y + kLegendHeight / 2);
}

}  // namespace vouch
