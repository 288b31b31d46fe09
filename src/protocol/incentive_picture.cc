#include "protocol/incentive_picture.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/drawing.h"

namespace vouch {
namespace {

constexpr double kWidth = 800;
constexpr double kHeight = 460;
constexpr double kLeft = 90;
constexpr double kTop = 50;
constexpr double kChartWidth = 500;
constexpr double kChartHeight = 350;
constexpr std::array kColours{"#b03030", "#e08a1e", "#b0a020", "#4b9b4b", "#1f6fb4", "#7040a0"};
constexpr uint64_t kPoints = 200;  // of a curve
constexpr uint64_t kDots = 20;

class Chart {
 public:
  Chart(const ContestTerms& terms, const std::vector<double>& stakes) : most_(most_wrong(terms)) {
    for (const double stake : stakes) {
      for (uint64_t i = 0; i <= kPoints; ++i) {
        const double profit = cheating_profit(terms, stake, wrong_at(i, kPoints));
        low_ = std::min(low_, profit);
        high_ = std::max(high_, profit);
      }
    }
    low_ = std::max(low_, -4 * std::max(high_, terms.gain));  // what pays is what is looked for
    high_ += 0.05 * (high_ - low_);
  }
  [[nodiscard]] uint64_t wrong_at(uint64_t i, uint64_t of) const { return most_ * i / of; }
  [[nodiscard]] double x(uint64_t wrong) const {
    return kLeft + kChartWidth * static_cast<double>(wrong) / static_cast<double>(most_);
  }
  [[nodiscard]] double y(double profit) const {
    return kTop + kChartHeight * (high_ - std::clamp(profit, low_, high_)) / (high_ - low_);
  }
  [[nodiscard]] double low() const { return low_; }
  [[nodiscard]] double high() const { return high_; }

 private:
  uint64_t most_;
  double low_ = 0;
  double high_ = 0;
};

void draw_axes(Drawing& out, const Chart& chart, const ContestTerms& terms) {
  out.text(kLeft, kTop - 24,
           "Expected profit of wrong answers in a period (dots: simulated contests)");
  for (int i = 0; i <= 4; ++i) {
    const uint64_t wrong = chart.wrong_at(static_cast<uint64_t>(i), 4);
    const double share = static_cast<double>(wrong) / static_cast<double>(terms.answers);
    out.line(chart.x(wrong), kTop, chart.x(wrong), kTop + kChartHeight, "#dddddd");
    out.text(chart.x(wrong), kTop + kChartHeight + 16, fixed_text(100 * share) + " %", "middle");
    const double profit = chart.low() + (chart.high() - chart.low()) * i / 4;
    out.text(kLeft - 6, chart.y(profit) + 4, fixed_text(profit), "end");
  }
  out.line(kLeft, chart.y(0), kLeft + kChartWidth, chart.y(0), "#000000");
  out.text(kLeft - 6, chart.y(0) + 4, "0", "end");
  out.text(kLeft + kChartWidth / 2, kTop + kChartHeight + 34, "fraction of wrong answers",
           "middle");
}

void draw_stake(Drawing& out, const Chart& chart, const ContestTerms& terms,
                const ContestSimulation& simulation, double stake, size_t which) {
  std::vector<std::pair<double, double>> curve;
  for (uint64_t i = 0; i <= kPoints; ++i) {
    const uint64_t wrong = chart.wrong_at(i, kPoints);
    curve.emplace_back(chart.x(wrong), chart.y(cheating_profit(terms, stake, wrong)));
  }
  out.curve(curve, kColours.at(which));
  for (uint64_t i = 0; i <= kDots; ++i) {
    const uint64_t wrong = chart.wrong_at(i, kDots);
    out.dot(chart.x(wrong), chart.y(simulation.profit(stake, wrong).mean), kColours.at(which));
  }
  const double y = kTop + 20 + 18 * static_cast<double>(which);
  out.curve({{kLeft + kChartWidth + 16, y - 4}, {kLeft + kChartWidth + 40, y - 4}},
            kColours.at(which));
  out.text(kLeft + kChartWidth + 46, y, "stake " + fixed_text(stake, 2));
}

}  // namespace

std::string incentive_picture(const ContestTerms& terms, const ContestSimulation& simulation,
                              const std::vector<double>& stakes) {
  const Chart chart(terms, stakes);
  Drawing out(kWidth);
  draw_axes(out, chart, terms);
  for (size_t i = 0; i < stakes.size(); ++i) {
    draw_stake(out, chart, terms, simulation, stakes[i], i);
  }
  return out.whole(kHeight);
}

}  // namespace vouch
