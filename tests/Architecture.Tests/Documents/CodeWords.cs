using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Ecs.Contracts;

namespace Ecs.Architecture.Tests.Documents;

/// <summary>What the code itself says of its types and members: their XML documentation.</summary>
internal static partial class CodeWords
{
    private static readonly Dictionary<string, XElement> Members = XDocument
        .Load(Path.Combine(AppContext.BaseDirectory, "Ecs.Contracts.xml"))
        .Descendants("member")
        .ToDictionary(member => (string)member.Attribute("name")!, StringComparer.Ordinal);

    public static string Of(Type type) => Text(Members.GetValueOrDefault($"T:{type.FullName}")?.Element("summary")) ?? "";

    /// <summary>The members of a type as they stand in JSON, in the order in which they are declared.</summary>
    public static IEnumerable<JsonPropertyInfo> MembersOf(Type type) =>
        EcsJson.Options.GetTypeInfo(type).Properties.Where(member => member.Get is not null);

    /// <summary>The words of a closed set, as they stand in JSON.</summary>
    public static IEnumerable<string> WordsOf(Type type) => Enum.GetValuesAsUnderlyingType(type).Cast<object>()
        .Select(value => JsonSerializer.SerializeToElement(Enum.ToObject(type, value), type, EcsJson.Options).GetString()!);

    public static string Of(JsonPropertyInfo member)
    {
        var property = (PropertyInfo)member.AttributeProvider!;
        var owner = property.DeclaringType!;
        return Text(Members.GetValueOrDefault($"P:{owner.FullName}.{property.Name}")?.Element("summary"))
            ?? Text(Members.GetValueOrDefault($"T:{owner.FullName}")?.Elements("param")
                .FirstOrDefault(param => (string?)param.Attribute("name") == property.Name))
            ?? Usual(member.Name);
    }

    // Members whose name says it all are not documented one by one.
    private static string Usual(string name) => name switch
    {
        "at" => "When it happened, as its source saw it.",
        _ when name.EndsWith("Arn", StringComparison.Ordinal) => $"The ARN of the {Words(name[..^3])}.",
        _ => $"The {Words(name)}.",
    };

    private static string Words(string name) => Capital().Replace(name, " $0").ToLowerInvariant().Trim();

    private static string? Text(XElement? element)
    {
        if (element is null || element.Nodes().All(node => node is XElement { Name.LocalName: "inheritdoc" })) return null;
        var text = string.Concat(element.Nodes().Select(node => node switch
        {
            XText plain => plain.Value,
            XElement { Name.LocalName: "see" } see => $"`{((string?)see.Attribute("cref") ?? "").Split('.', ':')[^1]}`",
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement other => other.Value,
            _ => "",
        }));
        return Space().Replace(text, " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
