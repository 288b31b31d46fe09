#include "cli/answer.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>

#include "circuit/class_rank.h"
#include "cli/context.h"
#include "cli/labels.h"
#include "cli/numbers.h"

namespace vouch {

void AnswerOptions::declare(CLI::App& app) {
  app.add_option("--labels", labels_path_, "Names of the classes: a text file, one a line")
      ->type_name("FILE");
  app.add_option("--top", top_, "How many classes to show")
      ->transform(whole_number(1, 65536))
      ->type_name("N")
      ->capture_default_str();
}

Result<void> AnswerOptions::prepare(const Circuit& circuit) {
  if (labels_path_.empty()) {
    return {};
  }
  VOUCH_ASSIGN(labels_, read_labels(labels_path_, circuit.output_tensor().shape.channels));
  return {};
}

std::string AnswerOptions::label(size_t index) const {
  return labels_.empty() ? std::string() : labels_[index];
}

void AnswerOptions::report(const Circuit& circuit, std::span<const uint8_t> codes, Output& output,
                           Json& object) const {
  const Shape& shape = circuit.output_tensor().shape;
  if (shape.batch == 1) {
    report_picture(circuit, codes_of_picture(shape, codes, 0), output, object);
    return;
  }
  Json& pictures = object["pictures"] = Json::array();
  for (size_t n = 0; n < shape.batch; ++n) {
    output.line(fmt::format("Picture {}:", n + 1));
    report_picture(circuit, codes_of_picture(shape, codes, n), output,
                   pictures.emplace_back(Json::object()));
  }
}

void AnswerOptions::report_picture(const Circuit& circuit, const std::vector<uint8_t>& own,
                                   Output& output, Json& object) const {
  const Tensor& tensor = circuit.output_tensor();
  object["output"] = hex_text(own);
  if (tensor.shape.rows != 1 || tensor.shape.columns != 1) {
    output.line(fmt::format("  {} x {} x {} codes", tensor.shape.channels, tensor.shape.rows,
                            tensor.shape.columns));
    return;
  }
  const std::vector<double> probability =
      circuit.output.softmax ? softmax(own, circuit.output.scale) : std::vector<double>();
  if (tells_softmax_codes_) {
    object["softmax_codes"] = hex_text(softmax_codes(own, circuit.output.scale));
  }
  Json& list = object["top"] = Json::array();
  size_t rank = 0;
  for (const auto [index, code] : top_classes(own, top_)) {
    Json entry = {{"class", index}, {"code", code}};
    std::string line = fmt::format("{:>3}. class {:>5}   code {:>3}", ++rank, index, code);
    if (!probability.empty()) {
      entry["softmax"] = probability[index];
      line += fmt::format("   softmax {:5.1f} %", 100 * probability[index]);
    }
    if (!labels_.empty()) {
      entry["label"] = label(index);
      line += "   " + label(index);
    }
    list.push_back(std::move(entry));
    output.line(line);
  }
  if (!probability.empty()) {
    output.line(
        fmt::format("  (softmax is not proven: it rests on the owner's word for the scale, {})",
                    circuit.output.scale));
  }
}

std::vector<uint8_t> codes_of_picture(const Shape& shape, std::span<const uint8_t> codes,
                                      size_t picture) {
  VOUCH_CHECK(codes.size() == shape.elements() && picture < shape.batch);
  const size_t area = size_t{shape.rows} * shape.columns;
  std::vector<uint8_t> own;
  for (size_t channel = 0; channel < shape.channels; ++channel) {
    const auto plane = codes.subspan((channel * shape.batch + picture) * area, area);
    own.insert(own.end(), plane.begin(), plane.end());
  }
  return own;
}

std::vector<uint8_t> softmax_codes(std::span<const uint8_t> codes, float scale) {
  std::vector<uint8_t> out;
  if (codes.empty()) {
    return out;
  }
  const int largest = *std::max_element(codes.begin(), codes.end());
  std::vector<float> powers;
  for (int below = 0; below < 256; ++below) {
    powers.push_back(std::exp(-scale * static_cast<float>(below)));
  }
  const auto power = [&](uint8_t code) { return powers[static_cast<size_t>(largest - code)]; };
  float sum = 0;
  for (const uint8_t code : codes) {
    sum += power(code);
  }
  const float inverse = 1.0F / (sum * 0x1p-8F);
  for (const uint8_t code : codes) {
    out.push_back(static_cast<uint8_t>(std::min(power(code) * inverse + 0.5F, 255.0F)));
  }
  return out;
}

std::vector<double> softmax(std::span<const uint8_t> codes, float scale) {
  std::vector<double> out;
  if (codes.empty()) {
    return out;
  }
  const int largest = *std::max_element(codes.begin(), codes.end());
  double sum = 0;
  for (const uint8_t code : codes) {
    out.push_back(std::exp(static_cast<double>(scale) * (code - largest)));
    sum += out.back();
  }
  for (double& p : out) {
    p /= sum;
  }
  return out;
}

}  // namespace vouch
