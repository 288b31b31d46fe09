#include "cli/model_options.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <map>

#include "cli/numbers.h"
#include "cli/samples.h"

namespace vouch {
namespace {

const std::map<std::string, InputKind>& input_kinds() {
  static const std::map<std::string, InputKind> kinds = {
      {"auto", InputKind::kAuto}, {"picture", InputKind::kPicture}, {"codes", InputKind::kCodes}};
  return kinds;
}

// CLI11's own takes "nan" and "inf".
CLI::Validator positive_number() {
  const auto check = [](const std::string& text) {
    float number = 0;
    const bool good =
        CLI::detail::lexical_cast(text, number) && std::isfinite(number) && number > 0;
    return good ? std::string() : "'" + text + "' is no number above 0";
  };
  return {check, "NUMBER", "positive"};
}

const std::map<std::string, Rounding>& roundings() {
  static const std::map<std::string, Rounding> names = {{"fast", Rounding::kFast},
                                                        {"exact", Rounding::kExact}};
  return names;
}

const std::map<std::string, RangeChoice>& range_choices() {
  static const std::map<std::string, RangeChoice> choices{{"least-error", RangeChoice::kLeastError},
                                                          {"min-max", RangeChoice::kMinMax},
                                                          {"percentile", RangeChoice::kPercentile}};
  return choices;
}

}  // namespace

void ModelOptions::declare_public(CLI::App& app) {
  app.add_option("--rounding", rounding_,
                 "fast: to codes as near as the framework's; exact: to its own, byte for byte, for "
                 "1.7 times the time")
      ->transform(CLI::IsMember(roundings()))
      ->type_name("KIND")
      ->capture_default_str();
  app.add_option("--shift", shift_,
                 "With fast rounding: weights become multiples of 2^-N; 4...24, default " +
                     std::to_string(CompileOptions{}.shift))
      ->transform(whole_number(4, 24))
      ->type_name("N");
  app.add_option("--crop", crop_permille_,
                 "The centre of a picture that is kept, in 1/1000 of its short side")
      ->transform(whole_number(1, 1000))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--input", input_, "What the input is: auto, picture or codes")
      ->transform(CLI::IsMember(input_kinds()))
      ->type_name("KIND")
      ->capture_default_str();
}

void ModelOptions::declare_quantisation(CLI::App& app) {
  app.add_option("--samples", samples_,
                 "A folder of inputs to quantise a float model by: tensors (.pb, .npy of "
                 "float32, .json), pictures, codes")
      ->type_name("FOLDER");
  app.add_option("--range", range_,
                 "What 8-bit codes cover of the samples' values: least-error, min-max, percentile")
      ->transform(CLI::IsMember(range_choices()))
      ->type_name("CHOICE")
      ->capture_default_str();
  app.add_option("--pixel-scale", pixel_scale_,
                 "What a pixel's value is multiplied by before a float model reads it; default: "
                 "1/255, or 1 where the samples are whole numbers up to 255")
      ->check(positive_number());
  app.add_option("--pixel-zero", pixel_zero_, "The pixel's value that stands for 0 there")
      ->transform(whole_number(0, 255))
      ->type_name("N")
      ->capture_default_str();
}

void ModelOptions::read_samples_for(CompileOptions& options) const {
  options.pixel_scale = pixel_scale_;
  options.pixel_zero = static_cast<uint8_t>(pixel_zero_);
  options.range = range_choices().at(range_);
  if (!samples_.empty()) {
    options.samples = [this, options](const Network& network) {
      return read_samples(samples_, kMostSamples, network, options);
    };
  }
}

Result<CompileOptions> ModelOptions::options() const {
  CompileOptions options;
  options.rounding = roundings().at(rounding_);
  if (shift_ && options.rounding == Rounding::kExact) {
    return Error{"--shift is for fast rounding; with --rounding exact nothing is rounded by it"};
  }
  options.shift = static_cast<uint8_t>(shift_.value_or(options.shift));
  options.crop_permille = static_cast<uint16_t>(crop_permille_);
  options.input = input_kinds().at(input_);
  read_samples_for(options);
  return options;
}

CompileOptions ModelOptions::options_of(const Circuit& circuit) const {
  CompileOptions options;
  options.rounding = circuit.rounding;
  options.shift = circuit.exact() ? options.shift : circuit.shift;
  const bool picture = circuit.preparation.rows != 0;
  options.crop_permille = picture ? circuit.preparation.crop_permille : options.crop_permille;
  options.input = picture ? InputKind::kPicture : InputKind::kCodes;
  read_samples_for(options);
  return options;
}

}  // namespace vouch
