using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Ecs.Model.Fleet;

namespace Ecs.Scheduler.Tests.Snapshots;

/// <summary>
/// A whole state as text, by reflection and down to private fields: what is added to a state later is in it by itself.
/// Collections are told by what they hold and in which order, not by how they are built inside.
/// </summary>
internal static class StateText
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string or Enum or bool or int or long:
                text.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
            case DateTimeOffset time:
                text.Append(CultureInfo.InvariantCulture, $"{time:O}");
                break;
            case InstanceTable table:
                // The places of instances in it are its own business.
                Write(text, table.InNameOrder());
                break;
            case TaskTable table:
                // How it is built, and whether it is open, is its own business.
                Write(text, table.ByArn);
                break;
            case IDictionary dictionary:
                var unordered = dictionary.GetType().Name.StartsWith("ImmutableDictionary", StringComparison.Ordinal);
                var pairs = dictionary.Cast<object>();
                Write(text, unordered ? pairs.OrderBy(Of, StringComparer.Ordinal) : pairs);
                break;
            case IEnumerable items:
                text.Append('[');
                foreach (var item in items)
                {
                    Write(text, item);
                    text.Append(", ");
                }

                text.Append(']');
                break;
            default:
                text.Append(value.GetType().Name).Append('{');
                for (var type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
                {
                    foreach (var field in type.GetFields(Fields | BindingFlags.DeclaredOnly))
                    {
                        text.Append(field.Name).Append(": ");
                        Write(text, field.GetValue(value));
                        text.Append("; ");
                    }
                }

                text.Append('}');
                break;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
    }
}
