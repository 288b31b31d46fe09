// `new-picture`: a synthetic picture, for trying things out without a photograph.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/numbers.h"
#include "cli/paths.h"
#include "cli/printable.h"
#include "picture/new_picture.h"
#include "picture/png.h"

namespace vouch {
namespace {

class NewPictureCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "new-picture"; }
  [[nodiscard]] const char* about() const override { return "Make up a picture (PNG)"; }
  [[nodiscard]] const char* footer() const override {
    return "Shapes, colours and noise: the same seed and size always give the same picture.\n"
           "\n"
           "Example:\n"
           "  vouch new-picture -o picture.png --seed 7";
  }
  void declare(CLI::App& app) override {
    app.add_option("-o,--output", path_, "The file to write")->required()->type_name("FILE.png");
    app.add_option("--seed", seed_, "Which picture")
        ->transform(whole_number())
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--width", columns_, "Width in pixels")
        ->transform(whole_number(1, kMaxPictureSide))
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--height", rows_, "Height in pixels")
        ->transform(whole_number(1, kMaxPictureSide))
        ->type_name("N")
        ->capture_default_str();
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_TRY(check_outputs({path_}, {}));
    if (!is_size_allowed(rows_, columns_)) {
      return Error{fmt::format("a picture has at most {} pixels", count_text(kMaxPixels))};
    }
    const Bytes file = write_png(new_picture(seed_, rows_, columns_));
    VOUCH_TRY(write_file(path_, file, FileAccess::kPublic));
    output.line(fmt::format("{}: {} x {} pixels, {}", printable(path_), columns_, rows_,
                            size_text(file.size())));
    output.object()["picture"] = printable(path_);
    output.object()["width"] = columns_;
    output.object()["height"] = rows_;
    output.object()["bytes"] = file.size();
    return ExitStatus::kAccepted;
  }

 private:
  std::string path_;
  uint64_t seed_ = 1;
  uint32_t rows_ = 480;
  uint32_t columns_ = 640;
};

}  // namespace

std::unique_ptr<Command> new_picture_command() { return std::make_unique<NewPictureCommand>(); }

}  // namespace vouch
