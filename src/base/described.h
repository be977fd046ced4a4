// Described types: structs and enums whose members are listed once, with BOOST_DESCRIBE_STRUCT or BOOST_DESCRIBE_ENUM.
// All that goes member by member (JSON, BSON, schemas, checks, redaction) follows from the lists.
#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <cstddef>
#include <exception>
#include <string_view>
#include <type_traits>

namespace ordo {

// Calls f(one) for each type of a list, with the type as decltype(one)::type. Needs no value of the type.
template <class List, class F>
constexpr void for_each_type(F&& f) {
  boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, List>>(f);
}

// True for a struct whose members are described.
template <class T>
inline constexpr bool kDescribed = boost::describe::has_describe_members<T>::value&& std::is_class_v<T>;

// The members that T itself describes, as a list of Boost.Describe's descriptors.
template <class T>
using OwnMembers = boost::describe::describe_members<T, boost::describe::mod_public>;

// A name as it is written in JSON and BSON. A name that is a word of C++ has an underscore at its end, which is left
// out: "public" for public_.
constexpr std::string_view written_name(std::string_view name) {
  if (name.ends_with('_')) name.remove_suffix(1);
  return name;
}

// The name of a described member, from its descriptor.
template <class Descriptor>
constexpr std::string_view member_name_of() {
  return written_name(Descriptor::name);
}

namespace described {

template <class T>
struct All;
template <class Members, class Base>
using AppendBase = boost::mp11::mp_append<Members, typename All<typename Base::type>::type>;
template <class T>
struct All {
  using type =
      boost::mp11::mp_fold<boost::describe::describe_bases<T, boost::describe::mod_public>, OwnMembers<T>, AppendBase>;
};

}  // namespace described

// All members of T: its own, then those of its bases. In JSON and BSON they stand side by side.
template <class T>
using AllMembers = typename described::All<T>::type;

namespace described {

struct AnyValue {
  template <class T>
  operator T() const noexcept {  // never called
    std::terminate();
  }
};

// How many values T{...} takes: one a base and one a member, described or not.
template <class T, class... Values>
constexpr std::size_t count_of_parts() {
  if constexpr (requires { T{Values{}..., AnyValue{}}; }) {
    return count_of_parts<T, Values..., AnyValue>();
  } else {
    return sizeof...(Values);
  }
}

}  // namespace described

// False for an aggregate with a member or a base that its description leaves out: it would be lost wherever T is
// written.
template <class T>
constexpr bool is_wholly_described() {
  if constexpr (!std::is_aggregate_v<T>) return true;
  return described::count_of_parts<T>() ==
         boost::mp11::mp_size<OwnMembers<T>>::value +
             boost::mp11::mp_size<boost::describe::describe_bases<T, boost::describe::mod_public>>::value;
}

// A name that an older release gave to a member: it is still read. Found where the type is described:
//   constexpr auto aliases(AliasesOf<NewOrder>) { return std::array{Alias{"payment_method", "paymentMethod"}}; }
struct Alias {
  std::string_view member;
  std::string_view old_name;
};
template <class T>
struct AliasesOf {};

// Whether `written` is how T named its member `name` in an older release.
template <class T>
constexpr bool is_old_name(std::string_view written, std::string_view name) {
  if constexpr (requires { aliases(AliasesOf<T>{}); }) {
    for (const auto& alias : aliases(AliasesOf<T>{})) {
      if (alias.member == name && alias.old_name == written) return true;
    }
  }
  return false;
}

// Calls f(base) for each described base of `object`, as a reference to that part of it.
template <class T, class F>
constexpr void for_each_base(T& object, F&& f) {
  boost::mp11::mp_for_each<boost::describe::describe_bases<std::remove_const_t<T>, boost::describe::mod_public>>(
      [&](auto base) {
        using Base = typename decltype(base)::type;
        f(static_cast<std::conditional_t<std::is_const_v<T>, const Base, Base>&>(object));
      });
}

// Calls f(descriptor, member) for each described member of `object`: its own in the order of the description, then
// those of its bases. member_name_of<decltype(descriptor)>() is the name of the member, at compile time.
template <class T, class F>
constexpr void for_each_descriptor(T&& object, F&& f) {
  static_assert(is_wholly_described<std::remove_cvref_t<T>>(), "a member is missing in BOOST_DESCRIBE_STRUCT");
  boost::mp11::mp_for_each<AllMembers<std::remove_cvref_t<T>>>(
      [&](auto descriptor) { f(descriptor, object.*descriptor.pointer); });
}

// As for_each_descriptor, with the name in place of the descriptor.
template <class T, class F>
constexpr void for_each_member(T&& object, F&& f) {
  for_each_descriptor(object, [&]<class D>(D, auto& member) { f(member_name_of<D>(), member); });
}

// "reserved" for OrderStatus::reserved.
template <class E>
std::string_view enum_name(E value) {
  return written_name(boost::describe::enum_to_string(value, "?"));
}

template <class E>
bool enum_from_name(std::string_view name, E& value) {
  bool found = false;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
    if (name == written_name(enumerator.name)) {
      value = enumerator.value;
      found = true;
    }
  });
  return found;
}

}  // namespace ordo
