#pragma once

#include <caf/allowed_unsafe_message_type.hpp>

/// Lets CAF carry a type between the actors of one process. Nothing is ever
/// serialized: other processes are spoken to in the stack's wire formats.
/// Use it outside of every namespace.
#define HYPER_MESSAGE(type) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(type)
