"""What Go, Rust, Java, C and C++ become."""

from support.chunked import cut, kinds, named


def test_go_methods_carry_the_name_of_their_receiver() -> None:
    """Pointers and type parameters of the receiver do not matter."""
    file = cut(
        """
        package doors

        import (
            "fmt"
            net "net/http"
            "gopkg.in/yaml.v3"
        )

        // Door opens.
        type Door[T any] struct {
            width int
        }

        // Open it.
        func (d *Door[T]) Open(by Person) error {
            return fmt.Errorf("shut %v", d.hinge())
        }

        func Knock() { go play(Sound{}) }
        """,
        "go",
    )
    pieces = named(file)
    assert kinds(file) == ["module", "class Door", "method Door.Open", "function Knock"]
    assert pieces["Door"].comment == "Door opens."
    assert pieces["Door.Open"].signature == "func (d *Door[T]) Open(by Person) error"
    assert {"Errorf", "hinge", "Person"} <= set(pieces["Door.Open"].calls)
    assert pieces["Knock"].calls == ("play", "Sound")
    assert {"fmt", "net", "net/http", "http", "gopkg.in/yaml.v3", "yaml"} == set(file.imports)


def test_rust_methods_carry_the_type_of_their_impl() -> None:
    """The line of a short `impl` goes with its first method, and attributes with what they stand above."""
    file = cut(
        """
        use house::rooms::{Hall, Attic as Loft};

        /// A door.
        #[derive(Debug)]
        pub struct Door<T> { side: T }

        impl<'a, T> Open for &'a mut Door<T> {
            /// Push.
            #[inline]
            fn open(&self) -> Room { self.turn(); creak!(); house::enter::<T>() }
            fn shut(&self) {}
        }

        trait Open { fn open(&self); }
        """,
        "rust",
    )
    pieces = named(file)
    assert kinds(file) == ["module", "class Door", "method Door.open", "method Door.shut", "class Open"]
    assert pieces["Door"].comment == "A door."
    assert pieces["Door.open"].content.startswith("impl<'a, T> Open for")
    assert {"turn", "creak", "enter", "Room", "Open"} <= set(pieces["Door.open"].calls)
    assert {"house", "rooms", "Hall", "Attic", "Loft"} == set(file.imports)


def test_long_impl_head_is_a_piece_that_defines_nothing() -> None:
    """Its symbol is the type's; its name is empty, since the type is defined elsewhere."""
    file = cut("impl<T> Open for Door<T>\nwhere\n    T: Send,\n{\n    fn open(&self) {}\n}\n", "rust")
    assert kinds(file) == ["class Door", "method Door.open"]
    assert [chunk.name for chunk in file.chunks] == ["", "open"]


def test_definitions_inside_of_a_rust_macro_are_pieces() -> None:
    """A macro around items is looked through; one with a language of its own is left alone."""
    file = cut(
        """
        cfg_unix! {
            /// Opens a socket.
            pub fn open() { connect(); }

            impl Door {
                cfg_slow! {
                    fn shut(&self) { bang(); }
                }
            }
        }
        rules! { fn => 'static , impl x }
        """,
        "rust",
    )
    pieces = named(file)
    assert set(pieces) == {"open", "Door.shut"}
    assert pieces["open"].comment == "Opens a socket."
    assert pieces["open"].calls == ("connect",)


def test_java_members_are_pieces() -> None:
    """Methods and constructors with a body; the fields stay with the class, and interfaces whole."""
    file = cut(
        """
        package house;
        import java.util.List;

        /** A door. */
        @Sturdy
        public class Door<T> extends Thing implements Opens {
            int width;
            Door() { super(); }
            /** Opens. */
            @Override
            public List<T> open(Person by) { hinge.turn(); return new Sound(by.name()); }
            interface Opens { void open(); }
        }
        """,
        "java",
    )
    assert kinds(file) == ["module", "class Door", "method Door.Door", "method Door.open", "class Door.Opens"]
    opened = named(file)["Door.open"]
    assert opened.comment == "Opens."
    assert {"turn", "name", "Sound", "Person", "List", "Override"} <= set(opened.calls)
    assert set(file.imports) == {"java.util.List", "List"}


def test_c_functions_structures_and_macros_are_pieces() -> None:
    """Pointers before a name do not matter; a structure goes by the name of its type."""
    file = cut(
        """
        #include <sys/door.h>
        #include "hinge.h"

        #define TWICE(x) \\
            ((x) + (x))

        /* Opens it. */
        static char **open_door(struct door *d) { return turn(d->hinge(1)); }
        typedef struct door { int width; } door_t;
        struct lock { int key; };
        """,
        "c",
    )
    assert kinds(file) == ["module", "function TWICE", "function open_door", "class door_t", "class lock"]
    assert named(file)["open_door"].comment == "Opens it."
    assert {"turn", "hinge", "door"} <= set(named(file)["open_door"].calls)
    assert set(file.imports) == {"sys/door", "door", "hinge"}


def test_cpp_methods_outside_of_their_class_carry_its_name() -> None:
    """Templates belong to their class, and arguments of templates are no part of a name."""
    file = cut(
        """
        namespace house {
        /** A door. */
        template <typename T>
        class Door : public Thing<T> {
         public:
          Door() : width(1) {}
          int& open() const { return house::turn(hinge.get()); }
          bool operator==(const Door&) { return true; }
        };
        }
        int house::Door<int>::shut() { return 0; }
        Lock::~Lock() {}
        """,
        "cpp",
    )
    pieces = named(file)
    assert set(pieces) == {
        "Door", "Door.Door", "Door.open", "Door.operator==", "Door.shut", "Lock.~Lock",
    }  # fmt: skip
    assert pieces["Door"].comment == "A door."
    assert "template <typename T>" in pieces["Door"].content
    assert {"turn", "get"} <= set(pieces["Door.open"].calls)
