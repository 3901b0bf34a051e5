using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;

namespace Ecs.Log.Tests;

public sealed class CanonicalTests
{
    private const int Samples = 50;

    /// <summary>Characters that writers of JSON have opinions about.</summary>
    private static readonly string[] Texts =
    [
        "", "plain", "\"\\/", "<>&'+=", "\u0000\u0001\u001f\u007f\u0080", "\u2028\u2029\ufeff", "äöü ß", "日本", "\ud83d\ude00",
        "\\u0000", "line\r\n\tline",
    ];

    public static TheoryData<Type> Contracts =>
        [.. CommandTypes.All.Select(command => command.Type).Concat(EventTypes.All.Values).Append(typeof(Answer))];

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Given_an_object_of_the_contracts_when_written_at_once_then_it_is_as_by_way_of_a_document(Type type)
    {
        var random = new Random(7);
        for (var i = 0; i < Samples; i++)
        {
            var value = Make(type, random, depth: 0)!;
            var document = JsonSerializer.SerializeToElement(value, type, EcsJson.Options);
            Assert.Equal(Encoding.UTF8.GetString(CanonicalJson.Bytes(document)), CommandText.Canonical(value, type));
        }
    }

    [Fact]
    public void Given_members_in_any_order_when_written_then_they_stand_in_ordinal_order_at_every_depth()
    {
        var element = JsonElement.Parse("""{"b":[{"z":1,"Z":2,"aa":3,"a":4}],"é":null,"B":{"2":"x","10":true}}""");
        const string canonical = """{"B":{"10":true,"2":"x"},"b":[{"Z":2,"a":4,"aa":3,"z":1}],"é":null}""";
        Assert.Equal(canonical, CommandText.Canonical(element));
        Assert.Equal(
            $$"""{"commandId":"c","result":{{canonical}}}""",
            CommandText.Canonical(new Answer { CommandId = "c", Result = element }, typeof(Answer)));
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("9223372036854775808")]
    public void Given_a_number_that_is_no_integer_when_written_then_it_is_refused_wherever_it_stands(string number)
    {
        var element = JsonElement.Parse($$"""{"a":[{{number}}]}""");
        Assert.Throws<FormatException>(() => CommandText.Canonical(element));
        Assert.Throws<FormatException>(() => CommandText.Canonical(new Answer { Result = element }, typeof(Answer)));
        Assert.Throws<FormatException>(() => CanonicalJson.Bytes(new { a = 1.5 }));
        Assert.Throws<FormatException>(() => CanonicalJson.Bytes(new { a = 1.5m }));
        Assert.Throws<FormatException>(() => CanonicalJson.Bytes(new { a = 1.5f }));
    }

    [Fact]
    public void Given_a_dictionary_when_written_then_it_is_refused_for_it_has_no_order() =>
        Assert.Throws<NotSupportedException>(() => CanonicalJson.Bytes(new Dictionary<string, int> { ["a"] = 1 }));

    [Theory]
    [InlineData("a\0", true)]
    [InlineData("\\u0000", false)]
    [InlineData("\\\0", true)]
    [InlineData("plain", false)]
    public void Given_a_text_when_looked_through_then_only_the_character_itself_counts_as_nul(string text, bool has)
    {
        var command = new CreateCluster { CommandId = "c", ClusterName = text };
        Assert.Equal(has, CommandText.HasNul(CommandText.Canonical(command, command.GetType())));
    }

    /// <summary>Some value of a type; a type without one is an error, so that no new kind of member is passed over.</summary>
    private static object? Make(Type type, Random random, int depth)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return random.Next(2) == 0 ? null : Make(inner, random, depth);
        if (type == typeof(string)) return Texts[random.Next(Texts.Length)];
        if (type == typeof(bool)) return random.Next(2) == 0;
        if (type == typeof(int)) return random.Next(int.MinValue, int.MaxValue);
        if (type == typeof(long)) return random.NextInt64(long.MinValue, long.MaxValue);
        if (type == typeof(DateTimeOffset)) return DateTimeOffset.UnixEpoch.AddTicks(random.NextInt64(1L << 54));
        if (type == typeof(JsonElement)) return JsonElement.Parse("""{"b":1,"a":["x",{"d":null,"c":-5}]}""");
        if (type.IsEnum) return Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length));
        if (type == typeof(IReadOnlyDictionary<string, string>))
        {
            // Keys are some of the awkward texts, added in whatever order.
            return Texts.OrderBy(_ => random.Next()).Take(random.Next(5)).ToDictionary(key => key, key => $"{key}={key}");
        }

        if (type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type))
        {
            var array = Array.CreateInstance(type.GetGenericArguments().Single(), depth > 4 ? 0 : random.Next(4));
            for (var i = 0; i < array.Length; i++)
            {
                array.SetValue(Make(array.GetType().GetElementType()!, random, depth + 1), i);
            }

            return array;
        }

        Assert.StartsWith("Ecs.Contracts", type.Namespace, StringComparison.Ordinal);
        var value = RuntimeHelpers.GetUninitializedObject(type);
        var nullability = new NullabilityInfoContext();
        foreach (var member in type.GetProperties().Where(member => member.SetMethod is not null))
        {
            var mayBeNull = nullability.Create(member).ReadState is NullabilityState.Nullable;
            member.SetValue(value, mayBeNull && random.Next(3) == 0 ? null : Make(member.PropertyType, random, depth + 1));
        }

        return value;
    }
}
