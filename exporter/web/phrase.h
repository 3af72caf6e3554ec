// The words of the page in each of its languages. A fixed text is written in all of them at the
// place where it is used, or does not compile; a name from the host is the same in all of them.
//
//   html.text({"Unknown", "Inconnu"});    html.text(row.label("unit")); html.text(format_usd(3));
//
// Which of them the reader gets is decided in one place, Html::text().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace clawvigil::web {

enum class Language : std::uint8_t { english, french };
inline constexpr std::size_t kLanguages = 2;

constexpr std::string_view code_of(Language language) {
  return language == Language::french ? "fr" : "en";
}

class Phrase;

// A text put together, or formatted, in every language. Owns it.
struct Sentence {
  std::string english;
  std::string french;

  Sentence() = default;
  template <std::size_t N, std::size_t M>
  Sentence(const char (&in_english)[N], const char (&in_french)[M])
      : english(in_english, N - 1), french(in_french, M - 1) {}
  Sentence(std::string in_english, std::string in_french)
      : english(std::move(in_english)), french(std::move(in_french)) {}
  explicit Sentence(Phrase phrase);

  [[nodiscard]] bool empty() const { return english.empty(); }
  bool operator==(const Sentence&) const = default;
};

// A view of a text in every language; valid as long as what it was made from.
class Phrase {
 public:
  constexpr Phrase() = default;
  template <std::size_t N, std::size_t M>
  consteval Phrase(const char (&english)[N], const char (&french)[M])
      : english_(english, N - 1), french_(french, M - 1) {
    static_assert((N == 1) == (M == 1), "one of the languages is missing");
  }
  // NOLINTBEGIN(google-explicit-constructor): a name stands for itself.
  constexpr Phrase(std::string_view name) : english_(name), french_(name) {}
  Phrase(const std::string& name) : english_(name), french_(name) {}
  Phrase(const Sentence& sentence) : english_(sentence.english), french_(sentence.french) {}
  // NOLINTEND(google-explicit-constructor)
  Phrase(const char* only_one_language) = delete;

  [[nodiscard]] constexpr std::string_view in(Language language) const {
    return language == Language::french ? french_ : english_;
  }
  [[nodiscard]] constexpr bool empty() const { return english_.empty(); }

 private:
  std::string_view english_;
  std::string_view french_;
};

inline Sentence::Sentence(Phrase phrase)
    : english(phrase.in(Language::english)), french(phrase.in(Language::french)) {}

inline Sentence& operator+=(Sentence& sentence, Phrase more) {
  sentence.english += more.in(Language::english);
  sentence.french += more.in(Language::french);
  return sentence;
}
inline Sentence operator+(Sentence sentence, Phrase more) {
  sentence += more;
  return sentence;
}
inline Sentence operator+(Phrase begin, Phrase more) { return Sentence(begin) + more; }

}  // namespace clawvigil::web
