// util.types: what the engine knows about a value's kind. Any thread.
#include "runtime/bindings/registry.hpp"
#include "runtime/engine/binding.hpp"

namespace gyre::bindings {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

template <bool (v8::Value::*Predicate)() const>
void test(const Info& info) {
  v8::Local<v8::Value> value = info[0];
  info.GetReturnValue().Set(((*value)->*Predicate)());
}

void is_any_array_buffer(const Info& info) {
  info.GetReturnValue().Set(info[0]->IsArrayBuffer() || info[0]->IsSharedArrayBuffer());
}

void is_boxed_primitive(const Info& info) {
  v8::Local<v8::Value> value = info[0];
  info.GetReturnValue().Set(value->IsNumberObject() || value->IsStringObject() ||
                            value->IsBooleanObject() || value->IsBigIntObject() ||
                            value->IsSymbolObject());
}

using engine::binding;
using engine::raw;
using V = v8::Value;

constexpr auto kTable = binding(
    "types", raw<test<&V::IsExternal>>("isExternal"), raw<test<&V::IsDate>>("isDate"),
    raw<test<&V::IsArgumentsObject>>("isArgumentsObject"),
    raw<test<&V::IsBigIntObject>>("isBigIntObject"),
    raw<test<&V::IsBooleanObject>>("isBooleanObject"),
    raw<test<&V::IsNumberObject>>("isNumberObject"),
    raw<test<&V::IsStringObject>>("isStringObject"),
    raw<test<&V::IsSymbolObject>>("isSymbolObject"), raw<is_boxed_primitive>("isBoxedPrimitive"),
    raw<test<&V::IsNativeError>>("isNativeError"), raw<test<&V::IsRegExp>>("isRegExp"),
    raw<test<&V::IsAsyncFunction>>("isAsyncFunction"),
    raw<test<&V::IsGeneratorFunction>>("isGeneratorFunction"),
    raw<test<&V::IsGeneratorObject>>("isGeneratorObject"), raw<test<&V::IsPromise>>("isPromise"),
    raw<test<&V::IsMap>>("isMap"), raw<test<&V::IsSet>>("isSet"),
    raw<test<&V::IsMapIterator>>("isMapIterator"), raw<test<&V::IsSetIterator>>("isSetIterator"),
    raw<test<&V::IsWeakMap>>("isWeakMap"), raw<test<&V::IsWeakSet>>("isWeakSet"),
    raw<test<&V::IsArrayBuffer>>("isArrayBuffer"),
    raw<test<&V::IsSharedArrayBuffer>>("isSharedArrayBuffer"),
    raw<is_any_array_buffer>("isAnyArrayBuffer"), raw<test<&V::IsProxy>>("isProxy"),
    raw<test<&V::IsModuleNamespaceObject>>("isModuleNamespaceObject"));

}  // namespace

engine::BindingView types() { return kTable; }

}  // namespace gyre::bindings
